/** The inputs of the form, one for each kind of field. */
import { Autocomplete, Button, TagsInput, Textarea, TextInput } from '@mantine/core'
import { memo } from 'react'
import { decimal, t } from '#shared/language.ts'
import { CATEGORIES } from '#shared/manifest.ts'
import type { Path } from '#shared/manifest-text/values.ts'
import { parseQuantity } from '#shared/quantity.ts'
import { bumpVersion, isSemver } from '#shared/version.ts'
import { FieldBox, type InputWiring, useForm } from './field.tsx'
import type { Field } from './fields.ts'
import styles from './form.module.css'
import { type FieldState, sameState } from './form-model.ts'

interface InputProps {
  readonly field: Field
  readonly state: FieldState
  /** The keywords; undefined if Keywords is not a list of texts. */
  readonly list: readonly string[] | undefined
  /** Modules found in the code, best first. */
  readonly modules: readonly string[]
}

/** Renders only when its content changes: each key stroke creates a new form. */
export const FieldInput = memo(DrawnInput, (before, after) => {
  const sameList =
    before.list?.join('\n') === after.list?.join('\n') && before.list?.length === after.list?.length
  return (
    before.field === after.field &&
    before.modules === after.modules &&
    sameState(before.state, after.state) &&
    sameList
  )
})

function DrawnInput({ field, state, list, modules }: InputProps) {
  const path: Path = [field.table, field.key]
  const text = useText(path, state, field.required)
  const mark = state.present ? undefined : field.required ? 'required' : 'missing'
  const after =
    field.kind === 'quantity' ? (
      <Amount text={state.odd ? '' : state.text} />
    ) : field.kind === 'version' && !state.odd ? (
      <Bumps version={state.text} path={path} />
    ) : null
  return (
    <FieldBox path={path} label={field.key} help={field.help} mark={mark} half={field.half} after={after}>
      {wiring => {
        const placeholder = field.placeholder ? { placeholder: field.placeholder } : {}
        const common = { ...wiring, ...placeholder }
        if (field.kind === 'keywords')
          return <Keywords path={path} list={list} text={state.text} wiring={common} />
        if (field.kind === 'lines') {
          return (
            <Textarea
              {...common}
              {...text}
              autosize
              minRows={2}
              maxRows={12}
              classNames={{ input: styles.bidi }}
            />
          )
        }
        if (field.kind === 'category') return <Suggesting {...common} {...text} data={CATEGORIES} />
        if (field.kind === 'module') return <Suggesting {...common} {...text} data={modules} mono />
        return <TextInput {...common} {...text} classNames={{ input: styles.bidi }} />
      }}
    </FieldBox>
  )
}

interface Texting {
  readonly value: string
  readonly readOnly: boolean
  readonly onChange: (event: { currentTarget: { value: string } }) => void
  readonly onBlur: () => void
}

/** A text input: an empty value removes the key from the manifest, unless the key is required. */
export function useText(path: Path, { text: value, present, locked }: FieldState, required = false): Texting {
  const { actions } = useForm()
  return {
    value,
    readOnly: locked,
    onChange: event => actions.change({ kind: 'set', path, value: event.currentTarget.value }, 'type'),
    onBlur: () => {
      if (value === '' && present && !required) actions.change({ kind: 'set', path, value: undefined })
    }
  }
}

interface SuggestingProps extends Partial<InputWiring>, Texting {
  readonly data: readonly string[]
  readonly mono?: boolean
  readonly placeholder?: string
  readonly 'aria-label'?: string
}

/** A text input with suggestions; other text is allowed too. */
export function Suggesting({ data, mono, onChange, ...rest }: SuggestingProps) {
  return (
    <Autocomplete
      {...rest}
      data={[...new Set(data)]}
      limit={50}
      onChange={value => onChange({ currentTarget: { value } })}
      classNames={{ input: mono ? (styles.mono ?? '') : (styles.bidi ?? '') }}
      comboboxProps={{ shadow: 'md', transitionProps: { duration: 0 }, keepMounted: false }}
    />
  )
}

interface KeywordsProps {
  readonly path: Path
  readonly list: readonly string[] | undefined
  readonly text: string
  readonly wiring: InputWiring & { readonly placeholder?: string }
}

function Keywords({ path, list, text, wiring }: KeywordsProps) {
  const { actions } = useForm()
  const { placeholder, ...rest } = wiring
  if (list === undefined) return <TextInput {...rest} value={text} readOnly />
  return (
    <TagsInput
      {...rest}
      value={[...list]}
      splitChars={[',']}
      acceptValueOnBlur
      allowDuplicates
      {...(placeholder && list.length === 0 ? { placeholder } : {})}
      onChange={next => {
        const value = next.map(word => word.trim()).filter(Boolean)
        actions.change({ kind: 'set', path, value: value.length > 0 ? value : undefined })
      }}
    />
  )
}

/** The bytes of a Kubernetes quantity: `500Mi` is 524,288,000 bytes. */
function Amount({ text }: { text: string }) {
  const bytes = text === '' ? undefined : parseQuantity(text)
  if (bytes === undefined) return null
  return <div className={styles.amount}>{amountText(text, bytes)}</div>
}

export function amountText(text: string, bytes: number): string {
  if (bytes === 1) return t`${text} = 1 byte`
  const number = decimal(bytes, bytes < 1 ? 3 : bytes < 1024 ? 1 : 0)
  return t`${text} = ${number} bytes`
}

const PARTS = {
  patch: { word: t`Patch`, label: (next: string) => t`Next patch version: ${next}` },
  minor: { word: t`Minor`, label: (next: string) => t`Next minor version: ${next}` },
  major: { word: t`Major`, label: (next: string) => t`Next major version: ${next}` }
} as const

function Bumps({ version, path }: { version: string; path: Path }) {
  const { actions, disabled } = useForm()
  if (!isSemver(version)) return null
  return (
    <div className={styles.bumps}>
      {Object.entries(PARTS).map(([part, { word, label }]) => {
        const next = bumpVersion(version, part as keyof typeof PARTS)
        return (
          <Button
            key={part}
            size="compact-xs"
            disabled={disabled}
            aria-label={label(next)}
            onClick={() => actions.change({ kind: 'set', path, value: next })}
          >
            <span className={styles.part}>{word}</span>
            <bdi>{next}</bdi>
          </Button>
        )
      })}
    </div>
  )
}
