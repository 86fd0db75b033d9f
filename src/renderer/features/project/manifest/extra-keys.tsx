/** Keys of the manifest outside the guide's fields: kept as they are; keys of today's app.toml can be edited. */
import { Button, Checkbox, TextInput } from '@mantine/core'
import { memo } from 'react'
import { t } from '#shared/language.ts'
import { Findings, useFindings, useForm } from './field.tsx'
import styles from './form.module.css'
import {
  type ExtraKey,
  extraKeys,
  type FieldState,
  type FormModel,
  fieldOf,
  sameState
} from './form-model.ts'
import { useText } from './inputs.tsx'

export function ExtraKeys({ model }: { model: FormModel }) {
  const extras = extraKeys(model)
  if (extras.length === 0) return null
  return (
    <section className={styles.group} aria-label={t`Other keys`}>
      <h2>{t`Other keys`}</h2>
      <p className={styles.help}>{t`Not in the guide. They are kept as they are.`}</p>
      <ul className={styles.extras}>
        {extras.map(extra => (
          <Extra key={extra.name} extra={extra} state={fieldOf(model, extra.path)} />
        ))}
      </ul>
    </section>
  )
}

interface ExtraProps {
  readonly extra: ExtraKey
  readonly state: FieldState
}

/** Renders only when its content changes. */
const Extra = memo(
  DrawnExtra,
  (before, after) =>
    before.extra.name === after.extra.name &&
    before.extra.toml === after.extra.toml &&
    sameState(before.state, after.state)
)

function DrawnExtra({ extra, state }: ExtraProps) {
  const { path, name, toml } = extra
  const { actions } = useForm()
  // The text above the list says already that the keys are kept.
  const findings = useFindings(path).filter(({ severity }) => severity !== 'info')
  return (
    <li className={styles.extra} data-path={name}>
      <bdi className={styles.extraName} title={name}>
        {name}
      </bdi>
      <ExtraValue extra={extra} state={state} />
      <Button
        variant="subtle"
        size="compact-xs"
        aria-label={t`Show ${name} in the text`}
        title={toml}
        onClick={() => actions.show(path)}
      >
        {t`Show`}
      </Button>
      <Findings findings={findings} />
    </li>
  )
}

function ExtraValue({ extra: { path, name, toml, today }, state }: ExtraProps) {
  const { actions, disabled } = useForm()
  const text = useText(path, state, true)
  if (today === 'boolean' && /^(true|false)$/.test(toml)) {
    return (
      <Checkbox
        size="xs"
        aria-label={name}
        label={toml}
        disabled={disabled}
        checked={toml === 'true'}
        onChange={event => actions.change({ kind: 'set', path, value: event.currentTarget.checked })}
      />
    )
  }
  if (today === 'text' && !state.odd) {
    return (
      <TextInput
        {...text}
        aria-label={name}
        disabled={disabled}
        classNames={{ input: styles.bidi ?? '' }}
        onFocus={() => actions.at(path)}
      />
    )
  }
  return <code className={styles.extraValue}>{toml}</code>
}
