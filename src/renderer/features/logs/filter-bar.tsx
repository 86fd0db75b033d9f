/** The filter bar of a log: shows lines with a text, without another text, of a level or a more severe one. */
import { ActionIcon, Select, TextInput } from '@mantine/core'
import { X } from 'lucide-react'
import { t } from '#shared/language.ts'
import type { LogFilter } from './filter.ts'
import { LEVELS, type Level } from './level.ts'
import styles from './logs.module.css'

const LEVEL_CHOICES: readonly { value: Level; label: string }[] = [
  { value: 'debug', label: t`All levels` },
  { value: 'info', label: t`Info and above` },
  { value: 'warning', label: t`Warnings and errors` },
  { value: 'error', label: t`Errors` }
]

interface FilterBarProps {
  readonly filter: LogFilter
  readonly input: React.Ref<HTMLInputElement>
  /** Whether older lines are being searched, or no line matches. */
  readonly status: string
  onChange(filter: LogFilter): void
  onClose(): void
}

export function FilterBar({ filter, input, status, onChange, onClose }: FilterBarProps) {
  const field = (key: 'only' | 'exclude', label: string) => ({
    'aria-label': label,
    placeholder: label,
    title: t`A text in any case, or an expression between slashes: /timeout|refused/`,
    value: filter[key],
    className: styles.field,
    size: 'xs' as const,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      onChange({ ...filter, [key]: event.currentTarget.value }),
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      onClose()
    }
  })
  return (
    <section className={styles.bar} aria-label={t`Filter of the log`}>
      <TextInput ref={input} autoFocus {...field('only', t`Show only`)} />
      <TextInput {...field('exclude', t`Exclude`)} />
      <Select
        aria-label={t`Level`}
        size="xs"
        w={160}
        data={LEVEL_CHOICES}
        value={filter.level}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        onChange={value => onChange({ ...filter, level: LEVELS.find(level => level === value) ?? 'debug' })}
      />
      <span className={styles.results} role="status">
        {status}
      </span>
      <ActionIcon aria-label={t`Close the filter`} title={t`Close the filter (Esc)`} onClick={onClose}>
        <X size={15} />
      </ActionIcon>
    </section>
  )
}
