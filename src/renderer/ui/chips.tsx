/** Chips that choose the shown part of a list, each with its number of rows. */
import { UnstyledButton } from '@mantine/core'
import { count } from '../labels/humanise.ts'
import { IN_ROWS, useRovingKeys } from './list-keys.ts'
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

// biome-ignore-start lint/a11y/useSemanticElements: these are labels to press, which do not look like radio buttons
export function Chips({ label, chips, active, onChange }: ChipsProps) {
  const all = chips.map(({ key }) => key)
  const roving = useRovingKeys(all, active, onChange, IN_ROWS)
  return (
    <div role="radiogroup" aria-label={label} {...roving} style={{ display: 'contents' }}>
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
