/** One variable of local runs: a plain value, or a key of one of the user's secrets. Secret values are never shown. */
import { ActionIcon, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { KeyRound, X } from 'lucide-react'
import type { EnvOverride } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { nameProblem, type RunForm } from '../../../actions/run-options.ts'
import { useHost } from '../../../host/client.ts'
import styles from './run.module.css'

type Entry = RunForm['env'][number]

interface VariableProps {
  /** One-based. */
  readonly number: number
  readonly variable: Entry
  readonly onChange: (change: Partial<Entry>) => void
  readonly onRemove: () => void
}

export function Variable({ number, variable: { name, value }, onChange, onRemove }: VariableProps) {
  const { orpc } = useHost()
  const secrets = useQuery(orpc.platform.secrets.list.queryOptions({ staleTime: 10_000 })).data ?? []
  const keys = secrets.flatMap(({ name: secret, keys: all }) => all.map(key => ({ secret, key })))
  const plain = typeof value === 'string'
  const [first] = keys
  const toggle = plain ? t`Take it from a secret` : t`Give it a plain value`
  return (
    <div className={styles.envRow}>
      <TextInput
        aria-label={t`Name of variable ${number}`}
        placeholder="NAME"
        value={name}
        error={nameProblem(name)}
        onChange={event => onChange({ name: event.currentTarget.value })}
      />
      {plain ? (
        <TextInput
          aria-label={t`Value of variable ${number}`}
          placeholder={t`value`}
          value={value}
          onChange={event => onChange({ value: event.currentTarget.value })}
        />
      ) : (
        <NativeSelect
          aria-label={t`Secret of variable ${number}`}
          value={textOf(value)}
          data={optionsOf(keys, value)}
          onChange={event => {
            const chosen = keys.find(key => textOf(key) === event.currentTarget.value)
            if (chosen) onChange({ value: chosen })
          }}
        />
      )}
      <ActionIcon
        aria-label={t`${toggle}: variable ${name || number}`}
        title={plain && !first ? t`There are no secrets yet` : toggle}
        variant={plain ? 'subtle' : 'light'}
        color={plain ? 'gray' : 'accent'}
        aria-pressed={!plain}
        disabled={plain && !first}
        onClick={() => onChange({ value: plain && first ? first : '' })}
      >
        <KeyRound size={14} />
      </ActionIcon>
      <ActionIcon aria-label={t`Remove variable ${name || number}`} onClick={onRemove}>
        <X size={14} />
      </ActionIcon>
    </div>
  )
}

type SecretRef = Exclude<EnvOverride, string>

/** Offers the chosen key even if it is gone, so that opening the form does not change the saved choice. */
function optionsOf(keys: readonly SecretRef[], chosen: SecretRef) {
  const known = keys.map(key => ({ value: textOf(key), label: textOf(key) }))
  if (known.some(({ value }) => value === textOf(chosen))) return known
  return [{ value: textOf(chosen), label: t`${textOf(chosen)} (missing)` }, ...known]
}

function textOf({ secret, key }: SecretRef): string {
  return `${secret}: ${key}`
}
