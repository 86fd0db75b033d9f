/** Buttons that copy text, and the CLI commands equivalent to a button. */
import { ActionIcon, Button, Menu } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Check, Copy, Terminal } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import parts from '../ui/parts.module.css'
import { notifyError } from './notify.tsx'

interface CopyingProps {
  readonly text: string
  readonly children: (copying: { readonly copied: boolean; readonly copy: () => void }) => ReactNode
}

/** Provides a function that copies a text; if the system refuses, shows an error with what to do. */
function Copying({ text, children }: CopyingProps) {
  const { copied, copy, error } = useClipboard({ timeout: 1_000 })
  useEffect(() => {
    if (error) notifyError(NOT_COPIED, t`It was not copied`)
  }, [error])
  return children({ copied, copy: () => copy(text) })
}

const NOT_COPIED = new AppError(
  'FORBIDDEN',
  t`The clipboard cannot be written to.`,
  t`Allow it for this page, or select the text and copy that.`
)

export function CopyButton({ text, label }: { text: string; label: string }) {
  return (
    <Copying text={text}>
      {({ copied, copy }) => <Button onClick={copy}>{copied ? t`Copied` : label}</Button>}
    </Copying>
  )
}

/** The `q8s-cli …` command that does the same as the button beside it. */
export function CliCommand({ command }: { command: string }) {
  return (
    <div className={parts.cliCommand}>
      <code title={command}>{command}</code>
      <Copying text={command}>
        {({ copied, copy }) => (
          <ActionIcon onClick={copy} aria-label={copied ? t`Copied` : t`Copy command ${command}`}>
            {copied ? <Check size={14} /> : <Copy size={14} />}
          </ActionIcon>
        )}
      </Copying>
    </div>
  )
}

interface CliCommandsProps {
  readonly commands: readonly (readonly [name: string, command: string])[]
  /** True if the names are titles of apps instead of verbs. */
  readonly wide?: boolean
}

/** Several commands, collapsed until the user opens them. */
export function CliCommands({ commands, wide = false }: CliCommandsProps) {
  return (
    <details className={parts.cliCommands} data-wide={wide || undefined}>
      <summary>{t`On the command line`}</summary>
      {commands.map(([name, command]) => (
        <div key={command} className={parts.cliCommandRow}>
          <bdi className={parts.clip} title={name}>
            {name}
          </bdi>
          <CliCommand command={command} />
        </div>
      ))}
    </details>
  )
}

/** The commands of several buttons in a row, behind one button: choosing one copies it. */
export function CopyCliCommand({
  commands
}: {
  commands: readonly (readonly [name: string, command: string])[]
}) {
  return (
    <Menu width={320}>
      <Menu.Target>
        <ActionIcon aria-label={t`On the command line`} title={t`On the command line`}>
          <Terminal size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t`Copy the command`}</Menu.Label>
        {commands.map(([name, command]) => (
          <Copying key={name} text={command}>
            {({ copy }) => (
              <Menu.Item onClick={copy}>
                {name}
                <code className={parts.menuCode} title={command}>
                  {command}
                </code>
              </Menu.Item>
            )}
          </Copying>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
