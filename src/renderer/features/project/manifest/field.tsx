/** One field of the form: name, help, input, findings, and fixes by click or key. */
import { Button } from '@mantine/core'
import { createContext, type ReactNode, useContext, useId } from 'react'
import { useStore } from 'zustand'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import type { Path } from '#shared/manifest-text/values.ts'
import { Glyph } from '../../../ui/state.tsx'
import { actionOf, keysOf, useKeyLabel } from '../../../window/keys.ts'
import styles from './form.module.css'
import type { FindingsStore } from './form-findings.ts'
import { type Change, nameOf } from './form-model.ts'

/** Actions of the form's parts on the manifest's text. */
export interface FormActions {
  /** Changes the text; `type` if each key stroke is a change. */
  change(change: Change, event?: 'type' | 'change'): void
  /** Applies the fix of a finding, unless the text has changed since the check. */
  fix(finding: Finding): void
  /** Reports that the focus is at this place of the manifest. */
  at(path: Path): void
  /** Shows this place in the text. */
  show(path: Path): void
  /** Undoes the last step in the history that form and text share. */
  undo(): void
  redo(): void
  save(): void
}

interface FormContextValue {
  readonly actions: FormActions
  readonly findings: FindingsStore
  readonly disabled: boolean
}

const FormContext = createContext<FormContextValue | undefined>(undefined)
export const FormProvider = FormContext.Provider

export function useForm(): FormContextValue {
  const form = useContext(FormContext)
  if (!form) throw new Error('useForm outside of FormProvider')
  return form
}

const TONES = { error: 'bad', warning: 'busy', info: 'off' } as const
const LABELS = { error: t`Error`, warning: t`Warning`, info: t`Note` } as const
const NONE: readonly Finding[] = []

/** Findings of exactly this place. */
export function useFindings(path: Path): readonly Finding[] {
  const name = nameOf(path)
  return useStore(useForm().findings, ({ byPath }) => byPath.get(name) ?? NONE)
}

export interface InputWiring {
  readonly id: string
  readonly 'aria-describedby': string
  readonly 'aria-invalid': boolean | undefined
  readonly disabled: boolean
  readonly error: boolean
  readonly onFocus: () => void
}

interface FieldProps {
  readonly path: Path
  readonly label: string
  readonly help: ReactNode
  /** `required`: required but absent; `missing`: absent. */
  readonly mark?: 'required' | 'missing' | undefined
  readonly half?: boolean | undefined
  readonly after?: ReactNode
  readonly children: (wiring: InputWiring) => ReactNode
}

export function FieldBox({ path, label, help, mark, half, after, children }: FieldProps) {
  const id = useId()
  const { actions, disabled } = useForm()
  const findings = useFindings(path)
  const invalid = findings.some(({ severity }) => severity === 'error')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the fix key works wherever the focus is in the field
    <div
      className={styles.field}
      data-half={half || undefined}
      data-path={nameOf(path)}
      onKeyDown={event => {
        const fixable = findings.find(({ fix }) => fix)
        if (!fixable || !isFixKey(event)) return
        event.preventDefault()
        actions.fix(fixable)
      }}
    >
      <label htmlFor={id} className={styles.label}>
        {label}
        {mark ? (
          <span className={styles.mark} data-mark={mark}>
            {mark === 'required' ? t`Required` : t`Not set`}
          </span>
        ) : null}
      </label>
      <div className={styles.help} id={`${id}-help`}>
        {help}
      </div>
      <div>
        {children({
          id,
          'aria-describedby': `${id}-help ${id}-findings`,
          'aria-invalid': invalid || undefined,
          disabled,
          error: invalid,
          onFocus: () => actions.at(path)
        })}
        {after}
        <Findings id={`${id}-findings`} findings={findings} />
      </div>
    </div>
  )
}

/** The findings of one place, each with its fix. */
export function Findings({ id, findings }: { id?: string; findings: readonly Finding[] }) {
  const { actions } = useForm()
  const fixKeys = useKeyLabel('part:fix')
  if (findings.length === 0) return null
  return (
    <ul className={styles.findings} id={id}>
      {findings.map(finding => (
        <li key={`${finding.rule} ${finding.message}`} data-tone={TONES[finding.severity]}>
          <Glyph tone={TONES[finding.severity]} />
          <span>
            <span className={styles.severity}>{LABELS[finding.severity]}: </span>
            {finding.message}
          </span>
          {finding.fix ? (
            <Button size="compact-xs" title={fixKeys} onClick={() => actions.fix(finding)}>
              {finding.fix.title}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

/** Same keys as in the text: those of the action, or Alt+Enter. */
export function isFixKey(event: React.KeyboardEvent): boolean {
  return actionOf(event.nativeEvent) === 'part:fix' || keysOf(event.nativeEvent) === 'Alt+Enter'
}
