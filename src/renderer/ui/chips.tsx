/** Which part of a list is shown: one of a few, each with how many it holds. */
import { UnstyledButton } from '@mantine/core'
import { type KeyboardEvent, useRef } from 'react'
import { count } from '../labels/humanise.ts'
import styles from './page.module.css'

export interface Chip {
  readonly key: string
  readonly title: string
  readonly count?: number
}

interface ChipsProps {
  readonly label: string
  readonly chips: readonly Chip[]
  readonly active: string
  readonly onChange: (key: string) => void
}

// biome-ignore-start lint/a11y/useSemanticElements: these are words to press, and look like no radio button
export function Chips({ label, chips, active, onChange }: ChipsProps) {
  const group = useRef<HTMLDivElement>(null)

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = chips.findIndex(({ key }) => key === active)
    const next = chips[(at + step + chips.length) % chips.length]
    if (!next) return
    onChange(next.key)
    group.current?.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus()
  }

  return (
    <div
      role="radiogroup"
      aria-label={label}
      ref={group}
      onKeyDown={onKeyDown}
      style={{ display: 'contents' }}
    >
      {chips.map(({ key, title, count: held }) => (
        <UnstyledButton
          key={key}
          role="radio"
          aria-checked={key === active}
          tabIndex={key === active ? 0 : -1}
          data-key={key}
          className={styles.chip}
          onClick={() => onChange(key)}
        >
          {held === undefined ? title : `${title} ${count(held)}`}
        </UnstyledButton>
      ))}
    </div>
  )
}
// biome-ignore-end lint/a11y/useSemanticElements: see above
