/** A bar of what takes up the space in a bundle, compared with the size budget; names the largest parts. */
import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { t } from '#shared/language.ts'
import { bytes, exactBytes } from '../../../labels/humanise.ts'
import { Bytes, Name } from '../../../ui/text.tsx'
import { sharesOf, type TreeNode } from '../../../ui/tree-nodes.ts'
import { view } from '../../../window/view.ts'
import styles from './files.module.css'

const LIMIT = 4

interface SharesProps {
  readonly roots: readonly TreeNode[]
  /** Bytes of all included files. */
  readonly total: number
  /** Most bytes the bundle may have; 0 for no limit. */
  readonly budget: number
}

export function Shares({ roots, total, budget }: SharesProps) {
  const { shares, rest } = useMemo(() => sharesOf(roots, LIMIT), [roots])
  const parts = rest.size > 0 ? [...shares, rest] : shares
  if (total === 0 || parts.length === 0) return null
  const over = budget > 0 && total > budget
  // Up to the budget, the bar's width is the budget; above it, the width is the total and a line marks the budget.
  const whole = Math.max(total, budget)
  return (
    <section className={styles.shares} aria-label={t`Size`} data-over={over || undefined}>
      <div className={styles.sharesBar} aria-hidden="true">
        {parts.map(({ name, size }, index) => (
          <span key={name} data-part={index} style={{ width: `${(100 * size) / whole}%` }} />
        ))}
        {over ? <i style={{ insetInlineStart: `${(100 * budget) / whole}%` }} /> : null}
      </div>
      <div className={styles.sharesText}>
        <ul className={styles.sharesList} aria-label={t`What takes the room`}>
          {parts.map(({ name, size }, index) => (
            <li key={name}>
              <span className={styles.dot} data-part={index} aria-hidden="true" />
              <Name>{name}</Name>
              <span className={styles.dim}>
                <Bytes value={size} />
              </span>
            </li>
          ))}
        </ul>
        {budget > 0 ? (
          <Button
            variant="subtle"
            size="compact-xs"
            className={styles.budget ?? ''}
            title={t`${exactBytes(total)} of ${exactBytes(budget)}: the size budget of the settings;
              counted is what goes in, before compression`}
            onClick={() => view.go('settings')}
          >
            {budgetText(total, budget)}
          </Button>
        ) : null}
      </div>
    </section>
  )
}

function budgetText(total: number, budget: number): string {
  if (total > budget) return t`${bytes(total - budget)} over ${bytes(budget)}`
  const percent = (100 * total) / budget
  return t`${percent < 1 ? '< 1' : Math.round(percent)} % of ${bytes(budget)}`
}
