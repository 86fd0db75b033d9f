/** One [[Env]] row: its name, secret, key and findings, and controls to move it. */
import { ActionIcon, TextInput } from '@mantine/core'
import { useIntersection } from '@mantine/hooks'
import { ArrowDown, ArrowUp, GripVertical, X } from 'lucide-react'
import { memo, useEffect, useRef, useState } from 'react'
import { t } from '#shared/language.ts'
import type { Secret } from '#shared/secret.ts'
import styles from './env-rows.module.css'
import { Findings, isFixKey, useFindings, useForm } from './field.tsx'
import form from './form.module.css'
import { type EnvRow, type FieldState, sameRow, sameState } from './form-model.ts'
import { Suggesting, useText } from './inputs.tsx'

const WEIGHT = { error: 0, warning: 1, info: 2 } as const

interface RowProps {
  readonly row: EnvRow
  readonly index: number
  readonly count: number
  readonly secrets: readonly Secret[] | undefined
  readonly drop: 'before' | 'after' | undefined
  readonly dragged: boolean
  readonly hands: RowHands
}

/** How a row changes the list; the same object for all rows and texts. */
export interface RowHands {
  move(from: number, to: number, control: string): void
  remove(row: number): void
  grip(
    row: number
  ): Pick<
    React.ComponentProps<'button'>,
    'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel'
  >
}

/** Number of rows always rendered in full; most manifests have fewer. */
const FEW = 10
/** Distance from the visible area within which the other rows are rendered. */
const NEAR: IntersectionObserverInit = { rootMargin: '400px', scrollMargin: '400px' }

/** Renders only when its content changes: each key stroke creates new row objects. */
export const Row = memo(
  LazyRow,
  (before, after) =>
    sameRow(before.row, after.row) &&
    before.index === after.index &&
    before.count === after.count &&
    before.secrets === after.secrets &&
    before.drop === after.drop &&
    before.dragged === after.dragged
)

/** Shows only the name until the row comes near or gets the focus, since there may be thousands. */
function LazyRow(props: RowProps) {
  const { ref, entry } = useIntersection<HTMLLIElement>(NEAR)
  const [drawn, setDrawn] = useState<'near' | 'focused' | undefined>(props.index < FEW ? 'near' : undefined)
  if (drawn === undefined && entry?.isIntersecting) setDrawn('near')
  if (drawn !== undefined) return <DrawnRow {...props} focused={drawn === 'focused'} />
  const name = nameOfRow(props)
  return (
    <li
      ref={ref}
      className={styles.row}
      data-row={props.index}
      data-path={`Env[${props.index}]`}
      data-far
      aria-label={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its controls render when it gets the focus
      tabIndex={0}
      onFocus={() => setDrawn('focused')}
    >
      {name}
    </li>
  )
}

const nameOfRow = ({ row, index }: RowProps) => row.name.text || t`row ${index + 1}`

function DrawnRow(props: RowProps & { readonly focused: boolean }) {
  const { row, index, count, secrets, drop, dragged, hands, focused } = props
  const { actions, disabled } = useForm()
  const name = nameOfRow(props)
  const self = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (focused) self.current?.querySelector('input')?.focus()
  }, [focused])
  const own = useFindings(['Env', index])
  const findings = [
    ...own,
    ...useFindings(['Env', index, 'Name']),
    ...useFindings(['Env', index, 'Secret']),
    ...useFindings(['Env', index, 'SecretKey']),
    ...useFindings(['Env', index, 'Value'])
  ].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity])

  function onKeyDown(event: React.KeyboardEvent) {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    const control =
      (event.target as HTMLElement).closest('[data-control]')?.getAttribute('data-control') ?? 'name'
    const fixable = findings.find(({ fix }) => fix)
    if (step !== 0 && (event.altKey || control === 'grip')) hands.move(index, index + step, control)
    else if (fixable && isFixKey(event)) actions.fix(fixable)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <li
      ref={self}
      className={styles.row}
      data-row={index}
      data-path={`Env[${index}]`}
      data-drop={drop}
      data-dragged={dragged || undefined}
      aria-label={name}
      onKeyDownCapture={onKeyDown}
    >
      <button
        type="button"
        className={styles.grip}
        data-control="grip"
        aria-label={t`Move ${name}: drag it, or use the arrow keys`}
        title={t`Drag to reorder (Alt+Up, Alt+Down)`}
        disabled={disabled}
        {...hands.grip(index)}
      >
        <GripVertical size={14} />
      </button>
      <Cell
        path={['Env', index, 'Name']}
        control="name"
        label={t`Name`}
        of={name}
        state={row.name}
        required
      />
      <div className={styles.rowTools}>
        <Tool
          label={t`Move ${name} up`}
          title={t`Move up (Alt+Up)`}
          off={disabled || index === 0}
          onClick={() => hands.move(index, index - 1, 'up')}
          control="up"
        >
          <ArrowUp size={14} />
        </Tool>
        <Tool
          label={t`Move ${name} down`}
          title={t`Move down (Alt+Down)`}
          off={disabled || index === count - 1}
          onClick={() => hands.move(index, index + 1, 'down')}
          control="down"
        >
          <ArrowDown size={14} />
        </Tool>
        <Tool
          label={t`Remove ${name}`}
          title={t`Remove`}
          off={disabled}
          onClick={() => hands.remove(index)}
          control="remove"
        >
          <X size={14} />
        </Tool>
      </div>
      <div className={styles.source}>
        {row.value.present ? (
          <Cell path={['Env', index, 'Value']} control="value" label={t`Value`} of={name} state={row.value} />
        ) : null}
        {row.value.present && !row.secret.present && !row.secretKey.present ? null : (
          <SecretCells row={row} index={index} name={name} secrets={secrets} />
        )}
      </div>
      <Findings findings={findings} />
    </li>
  )
}

function SecretCells({
  row,
  index,
  name,
  secrets
}: Pick<RowProps, 'row' | 'index' | 'secrets'> & { name: string }) {
  const known = secrets?.find(secret => secret.name === row.secret.text)
  const missing = missingText(row, secrets, known)
  return (
    <>
      <Cell
        path={['Env', index, 'Secret']}
        control="secret"
        label={t`Secret`}
        of={name}
        state={row.secret}
        data={(secrets ?? []).map(secret => secret.name)}
      />
      <Cell
        path={['Env', index, 'SecretKey']}
        control="key"
        label={t`Key`}
        of={name}
        state={row.secretKey}
        data={known?.keys ?? []}
      />
      {missing ? <p className={form.help}>{missing}</p> : null}
    </>
  )
}

/** States which secret or key the platform does not have yet; undefined if the platform cannot list secrets. */
function missingText(
  row: EnvRow,
  secrets: readonly Secret[] | undefined,
  known: Secret | undefined
): string | undefined {
  if (!secrets || row.secret.text === '') return undefined
  if (!known) return t`This platform has no secret "${row.secret.text}" yet.`
  if (row.secretKey.text === '' || known.keys.includes(row.secretKey.text)) return undefined
  return t`The secret "${known.name}" has no key "${row.secretKey.text}" yet.`
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  name: 'ENVIRONMENT_VARIABLE_NAME',
  secret: 'SecretName',
  key: 'SecretKeyName'
}

interface CellProps {
  readonly path: readonly ['Env', number, string]
  readonly control: string
  readonly label: string
  /** The cell's variable, for its accessible name. */
  readonly of: string
  readonly state: FieldState
  readonly required?: boolean
  readonly data?: readonly string[]
}

/** Renders only when its content changes: typing in one cell does not render others. */
const Cell = memo(
  DrawnCell,
  (before, after) =>
    before.path[1] === after.path[1] &&
    before.control === after.control &&
    before.of === after.of &&
    before.data?.join('\n') === after.data?.join('\n') &&
    sameState(before.state, after.state)
)

function DrawnCell({ path, control, label, of, state, required, data }: CellProps) {
  const { actions, disabled } = useForm()
  const text = useText(path, state, required)
  const invalid = useFindings(path).some(({ severity }) => severity === 'error')
  const common = {
    ...text,
    disabled,
    error: invalid,
    placeholder: PLACEHOLDERS[control] ?? '',
    'aria-label': t`${label} of ${of}`,
    'data-control': control,
    onFocus: () => actions.at(path)
  }
  return (
    <div className={styles.cell} data-path={`Env[${path[1]}].${path[2]}`}>
      {control === 'name' ? null : (
        <span className={styles.cellLabel} aria-hidden="true">
          {label}
        </span>
      )}
      {data ? (
        <Suggesting {...common} data={data} />
      ) : (
        <TextInput {...common} classNames={{ input: form.mono ?? '' }} />
      )}
    </div>
  )
}

interface ToolProps {
  readonly label: string
  readonly title: string
  readonly control: string
  readonly off: boolean
  readonly onClick: () => void
  readonly children: React.ReactNode
}

function Tool({ label, title, control, off, onClick, children }: ToolProps) {
  return (
    <ActionIcon
      size={24}
      aria-label={label}
      title={title}
      data-control={control}
      disabled={off}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  )
}
