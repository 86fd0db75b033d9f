/** The side panel of a secret: its keys, how an app uses them, and setting or removing a key. */
import { ActionIcon, Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { t } from '#shared/language.ts'
import type { Secret } from '#shared/secret.ts'
import { useHost } from '../../host/client.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { Actions, Panel, Section } from '../../ui/panel.tsx'
import { Name } from '../../ui/text.tsx'
import { CliCommand, CliCommands, CopyButton } from '../../window/copy.tsx'
import { confirm } from '../../window/dialogs.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import { view } from '../../window/view.ts'
import { LocalOverrides } from './local-overrides.tsx'
import styles from './secrets.module.css'

/** The selection that shows the form for a new secret; no secret can have this name. */
export const NEW_SECRET = '+new'

interface SecretPanelProps {
  /** Undefined for a new secret. */
  readonly secret: Secret | undefined
  /** All existing secrets: a new one may have the name of an existing one. */
  readonly secrets: readonly Secret[]
  readonly editable: boolean
  readonly onClose: () => void
}

export function SecretPanel({ secret, secrets, editable, onClose }: SecretPanelProps) {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: orpc.platform.secrets.key() })
  const remove = useMutation({
    mutationFn: (input: { name: string; keys?: string[] }) => client.platform.secrets.remove(input),
    onSuccess: refresh
  })
  const removeAll = (name: string) =>
    confirm({
      title: t`Remove the secret ${name}?`,
      text: t`Apps that ask for ${name} cannot be started any more. Instances that run keep the values
        they were started with. This cannot be undone.`,
      action: t`Remove secret`,
      destructive: true,
      onConfirm: () => remove.mutate({ name })
    })
  const removeKey = (name: string, key: string) =>
    confirm({
      title: t`Remove ${key} from ${name}?`,
      text: t`Apps that ask for ${key} cannot be started any more. Its value cannot be brought back.`,
      action: t`Remove key`,
      destructive: true,
      onConfirm: () => remove.mutate({ name, keys: [key] })
    })
  return (
    <Panel
      title={secret?.name ?? t`New secret`}
      subtitle={t`Values are kept encrypted and are never shown.`}
      onClose={onClose}
    >
      {secret ? (
        <Section title={t`Keys`}>
          <ul className={styles.keys}>
            {secret.keys.map(key => (
              <li key={key}>
                <Name>{key}</Name>
                {editable ? (
                  <ActionIcon aria-label={t`Remove ${key}`} onClick={() => removeKey(secret.name, key)}>
                    <X size={14} />
                  </ActionIcon>
                ) : null}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {secret ? <LocalOverrides secret={secret.name} /> : null}
      {editable ? <SetForm secret={secret} secrets={secrets} onSaved={refresh} /> : null}
      {secret ? (
        <Section title={t`In a manifest`}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className={styles.snippet} tabIndex={0}>
            {snippet(secret)}
          </pre>
          <Actions>
            <CopyButton text={snippet(secret)} label={t`Copy`} />
          </Actions>
          {editable ? <CliCommands commands={removalCliCommands(secret)} wide /> : null}
        </Section>
      ) : null}
      {secret && editable ? (
        <Actions>
          <Button onClick={() => removeAll(secret.name)}>{t`Remove secret…`}</Button>
        </Actions>
      ) : null}
      <ErrorCard error={remove.error} />
    </Panel>
  )
}

interface SetFormProps extends Pick<SecretPanelProps, 'secret' | 'secrets'> {
  readonly onSaved: () => Promise<void>
}

function SetForm({ secret, secrets, onSaved }: SetFormProps) {
  const { client } = useHost()
  const [name, setName] = useState(secret?.name ?? '')
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const save = useMutation({
    mutationFn: () => client.platform.secrets.set({ name: name.trim(), values: { [key.trim()]: value } }),
    onSuccess: async saved => {
      setKey('')
      setValue('')
      await onSaved()
      view.select('secrets', saved.name)
    }
  })
  const replaced = secrets.find(other => other.name === name.trim() && other.keys.includes(key.trim()))
  const replace = (of: string) =>
    confirm({
      title: t`Replace the value of ${key.trim()} in ${of}?`,
      text: t`The value it has now cannot be brought back. Instances that run keep it until they start
        again.`,
      action: t`Replace value`,
      destructive: true,
      onConfirm: save.mutate
    })
  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault()
        if (replaced) replace(replaced.name)
        else save.mutate()
      }}
    >
      {secret ? null : (
        <TextInput
          label={t`Name`}
          required
          withAsterisk={false}
          autoFocus
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
      )}
      <TextInput
        label={t`Key`}
        required
        withAsterisk={false}
        value={key}
        onChange={event => setKey(event.currentTarget.value)}
      />
      <PasswordInput
        label={t`Value`}
        autoComplete="off"
        value={value}
        onChange={event => setValue(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t`Show what is typed` }}
      />
      <Actions>
        <Button
          type="submit"
          variant="filled"
          loading={save.isPending}
          disabled={!name.trim() || !key.trim()}
        >
          {replaced ? t`Replace value…` : secret ? t`Add key` : t`Save secret`}
        </Button>
      </Actions>
      <ErrorCard error={save.error} />
      <CliCommand command={cliCommand.setSecret(name, key)} />
    </form>
  )
}

function removalCliCommands({ name, keys }: Secret) {
  return [
    [t`Remove secret`, cliCommand.removeSecret(name)] as const,
    ...keys.map(key => [t`Remove ${key}`, cliCommand.removeSecret(name, key)] as const)
  ]
}

function snippet({ name, keys }: Secret): string {
  return keys
    .map(key => `[[Env]]\nName = "${envName(key)}"\nSecret = "${name}"\nSecretKey = "${key}"`)
    .join('\n\n')
}

function envName(key: string): string {
  return key
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, '_')
    .replace(/^(?=\d)/, '_')
}
