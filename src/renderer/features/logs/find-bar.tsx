/** Find in a log: case, whole word, regular expression, next and previous. */
import { ActionIcon, TextInput } from '@mantine/core'
import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { count } from '../../lib/humanise.ts'
import styles from './logs.module.css'
import type { FindOptions } from './terminal.ts'
import type { LogView } from './use-log-terminal.ts'

const OPTIONS = [
  { key: 'caseSensitive', label: 'Match case', sign: 'Aa' },
  { key: 'wholeWord', label: 'Whole word', sign: 'W' },
  { key: 'regex', label: 'Regular expression', sign: '.*' }
] as const

export function FindBar({ log, onClose }: { log: LogView; onClose: () => void }) {
  const [text, setText] = useState('')
  const [options, setOptions] = useState<FindOptions>({
    caseSensitive: false,
    wholeWord: false,
    regex: false
  })
  const find = (direction: 'next' | 'previous', incremental = false) =>
    log.find(text, options, direction, incremental)

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed or switched is looked for; the log is not what changes
  useEffect(() => find('next', true), [text, options])

  return (
    <search className={styles.find}>
      <TextInput
        aria-label="Find in log"
        placeholder="Find"
        data-autofocus
        autoFocus
        value={text}
        error={log.found.problem}
        w={190}
        styles={{ input: { height: 26, minHeight: 26 } }}
        onChange={event => setText(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') find(event.shiftKey ? 'previous' : 'next')
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
          aria-pressed={options[key]}
          color={options[key] ? 'accent' : 'gray'}
          variant={options[key] ? 'light' : 'subtle'}
          onClick={() => setOptions({ ...options, [key]: !options[key] })}
        >
          <span className={styles.sign}>{sign}</span>
        </ActionIcon>
      ))}
      <span className={styles.results} role="status">
        {text === '' || log.found.problem ? '' : resultText(log.found)}
      </span>
      <ActionIcon aria-label="Previous match (Shift+Enter, N)" onClick={() => find('previous')}>
        <ArrowUp size={15} />
      </ActionIcon>
      <ActionIcon aria-label="Next match (Enter, n)" onClick={() => find('next')}>
        <ArrowDown size={15} />
      </ActionIcon>
      <ActionIcon aria-label="Close find" onClick={onClose}>
        <X size={15} />
      </ActionIcon>
    </search>
  )
}

function resultText({ index, total }: LogView['found']): string {
  if (total === 0) return 'No match'
  return index < 0 ? `${count(total)}+` : `${count(index + 1)} of ${count(total)}`
}
