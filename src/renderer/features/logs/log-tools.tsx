/** The tools of a log pane: find, filter, display of lines, and other actions on the log. */
import { ActionIcon, type ActionIconProps, Menu, Tooltip, VisuallyHidden } from '@mantine/core'
import { Braces, Check, Clock, Ellipsis, Filter, Search, WrapText } from 'lucide-react'
import { t } from '#shared/language.ts'
import { useKeyHint } from '../../window/keys.ts'
import { type LogLook, useView, view } from '../../window/view.ts'

const TIMES: readonly { value: LogLook['times']; label: string }[] = [
  { value: 'off', label: t`No timestamps` },
  { value: 'ago', label: t`How long ago` },
  { value: 'local', label: t`Local time` },
  { value: 'utc', label: 'UTC' }
]

export interface LogToolsProps {
  readonly finding: boolean
  readonly filtering: boolean
  /** Absent if the platform cannot search its logs. */
  onFind?: (() => void) | undefined
  onFilter(): void
  readonly actions: readonly { readonly label: string; readonly divided?: boolean; onClick(): void }[]
}

export function LogTools({ finding, filtering, onFind, onFilter, actions }: LogToolsProps) {
  const look = useView(state => state.logLook)
  const findHint = useKeyHint(t`Find`, 'part:find')
  const filterHint = useKeyHint(t`Filter`, 'part:filter')
  return (
    <>
      {onFind ? (
        <Tool label={findHint} pressed={finding} onClick={onFind}>
          <Search size={15} />
        </Tool>
      ) : null}
      <Tool label={filterHint} pressed={filtering} onClick={onFilter}>
        <Filter size={15} />
      </Tool>
      <Tool label={t`Wrap lines`} pressed={look.wrap} onClick={() => view.logLook({ wrap: !look.wrap })}>
        <WrapText size={15} />
      </Tool>
      <Tool label={t`Tidy JSON`} pressed={look.tidy} onClick={() => view.logLook({ tidy: !look.tidy })}>
        <Braces size={15} />
      </Tool>
      <Menu position="top-end">
        <Menu.Target>
          <Tool label={t`Timestamps`} pressed={look.times !== 'off'}>
            <Clock size={15} />
          </Tool>
        </Menu.Target>
        <Menu.Dropdown>
          {TIMES.map(({ value, label }) => (
            <Menu.Item
              key={value}
              leftSection={<Check size={14} visibility={look.times === value ? 'visible' : 'hidden'} />}
              onClick={() => view.logLook({ times: value })}
            >
              {label}
              {look.times === value ? <VisuallyHidden> {t`(chosen)`}</VisuallyHidden> : null}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="top-end">
        <Menu.Target>
          <Tool label={t`More for this log`}>
            <Ellipsis size={15} />
          </Tool>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map(({ label, divided, onClick }) => (
            <span key={label}>
              {divided ? <Menu.Divider /> : null}
              <Menu.Item onClick={onClick}>{label}</Menu.Item>
            </span>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

interface ToolProps extends Omit<ActionIconProps, 'color' | 'variant'> {
  readonly label: string
  readonly pressed?: boolean
  readonly ref?: React.Ref<HTMLButtonElement>
  onClick?(): void
}

export function Tool({ label, pressed, children, ...rest }: ToolProps) {
  return (
    <Tooltip label={label} position="bottom">
      <ActionIcon
        aria-label={label}
        aria-pressed={pressed}
        color={pressed ? 'accent' : 'gray'}
        variant={pressed ? 'light' : 'subtle'}
        {...rest}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
