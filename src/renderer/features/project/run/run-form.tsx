/** Run options of the project: engine, port, and variables that replace the platform's. Never in a bundle. */
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { Plus } from 'lucide-react'
import { t } from '#shared/language.ts'
import type { EnvEntry } from '#shared/manifest.ts'
import { useRunOptions } from '../../../actions/run-options.ts'
import { ErrorCard } from '../../../window/error-card.tsx'
import styles from './run.module.css'
import { Variable } from './variable.tsx'

interface RunFormProps {
  readonly path: string
  /** The manifest's [[Env]]. */
  readonly env: readonly EnvEntry[]
}

export function RunForm({ path, env: declared }: RunFormProps) {
  const { form, locked, error, retry, change } = useRunOptions(path)
  const { engine, port, env } = form
  const badPort = port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)
  if (error)
    return (
      <ErrorCard error={error} title={t`The variables of this project could not be read`} onRetry={retry} />
    )
  const missing = declared.filter(({ Name }) => !env.some(({ name }) => name.trim() === Name))
  const add = (name: string) => change({ env: [...env, { name, value: '' }] })
  return (
    <details
      className={styles.options}
      open={env.length > 0 || port !== '' || engine !== undefined || undefined}
    >
      <summary>{t`Engine, port and environment`}</summary>
      <div className={styles.optionRow}>
        <NativeSelect
          label={t`Engine`}
          value={engine ?? ''}
          disabled={locked}
          onChange={event =>
            change({ engine: (event.currentTarget.value || undefined) as 'docker' | undefined })
          }
          data={[
            { value: '', label: t`As in settings` },
            { value: 'docker', label: 'Docker' },
            { value: 'process', label: t`Process` }
          ]}
        />
        <TextInput
          label={t`Port`}
          placeholder="55555"
          inputMode="numeric"
          value={port}
          error={badPort ? t`1 to 65535` : undefined}
          disabled={locked}
          onChange={event => change({ port: event.currentTarget.value.trim() })}
        />
      </div>
      {env.map((variable, index) => (
        <Variable
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
          key={index}
          number={index + 1}
          variable={variable}
          onChange={part =>
            change({ env: env.map((other, at) => (at === index ? { ...other, ...part } : other)) })
          }
          onRemove={() => change({ env: env.filter((_, at) => at !== index) })}
        />
      ))}
      <div className={styles.addRow}>
        <Button variant="subtle" disabled={locked} leftSection={<Plus size={14} />} onClick={() => add('')}>
          {t`Add variable`}
        </Button>
        {missing.slice(0, 8).map(({ Name }) => (
          <Button
            key={Name}
            variant="subtle"
            leftSection={<Plus size={14} />}
            disabled={locked}
            title={t`Declared in [[Env]] of the manifest`}
            onClick={() => add(Name)}
          >
            {Name}
          </Button>
        ))}
      </div>
      <p className={styles.notice}>
        {t`For runs on this computer only, kept encrypted, and never part of a bundle. A port that
          is in use is passed over for the next free one.`}
      </p>
    </details>
  )
}
