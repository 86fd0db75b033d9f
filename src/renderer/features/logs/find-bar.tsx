/** Find in a log: case, whole word, regular expression, next and previous. */
import { ActionIcon, Loader, TextInput } from '@mantine/core'
import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { t } from '#shared/language.ts'
import { count } from '../../labels/humanise.ts'
import styles from './logs.module.css'
import type { Find } from './use-find.ts'

const OPTIONS = [
  { key: 'caseSensitive', label: t`Match case`, sign: 'Aa' },
  { key: 'wholeWord', label: t`Whole word`, sign: 'W' },
  { key: 'regex', label: t`Regular expression`, sign: '.*' }
] as const

interface FindBarProps {
  readonly find: Find
  readonly input: React.Ref<HTMLInputElement>
  onClose(): void
}

export function FindBar({ find, input, onClose }: FindBarProps) {
  const { query } = find
  return (
    <search className={styles.bar}>
      <TextInput
        ref={input}
        aria-label={t`Find in log`}
        placeholder={t`Find in the whole log`}
        autoFocus
        value={query.text}
        error={find.problem !== undefined}
        className={styles.field}
        size="xs"
        onChange={event => find.setQuery({ ...query, text: event.currentTarget.value })}
        onKeyDown={event => {
          if (event.key === 'Enter') find.step(event.shiftKey ? -1 : 1)
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onClose()
        }}
      />
      {OPTIONS.map(({ key, label, sign }) => (
        <ActionIcon
          key={key}
          aria-label={label}
          title={label}
          aria-pressed={query[key]}
          color={query[key] ? 'accent' : 'gray'}
          variant={query[key] ? 'light' : 'subtle'}
          onClick={() => find.setQuery({ ...query, [key]: !query[key] })}
        >
          <span className={styles.sign}>{sign}</span>
        </ActionIcon>
      ))}
      <span className={styles.results} role="status" title={find.problem}>
        {find.problem ?? resultText(find)}
      </span>
      {find.busy ? <Loader size={12} role="img" aria-label={t`Finding…`} /> : null}
      <ActionIcon
        aria-label={t`Previous match`}
        title={t`Previous match (Shift+Enter, N)`}
        onClick={() => find.step(-1)}
      >
        <ArrowUp size={15} />
      </ActionIcon>
      <ActionIcon aria-label={t`Next match`} title={t`Next match (Enter, n)`} onClick={() => find.step(1)}>
        <ArrowDown size={15} />
      </ActionIcon>
      <ActionIcon aria-label={t`Close find`} title={t`Close find (Esc)`} onClick={onClose}>
        <X size={15} />
      </ActionIcon>
    </search>
  )
}

function resultText({ matches, index, query }: Find): string {
  if (query.text === '' || !matches) return ''
  if (matches.total === 0) return t`No match`
  return t`${count(matches.before + index + 1)} of ${count(matches.total)}`
}
