/** A list of findings: severity, problem and place; a click opens the place. */
import { Button } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { type ListKeys, movedTo } from '../ui/list-keys.ts'
import { Glyph } from '../ui/state.tsx'
import styles from './finding-list.module.css'
import { actionOf, useKeyLabel } from './keys.ts'

const KEYS: ListKeys = { next: ['ArrowDown'], previous: ['ArrowUp'] }
const TONES = { error: 'bad', warning: 'busy', info: 'off' } as const
const LABELS = { error: t`Error`, warning: t`Warning`, info: t`Note` } as const

interface FindingListProps {
  readonly findings: readonly Finding[]
  readonly onOpen?: (finding: Finding) => void
  /** Applies the fix of a finding; findings without a fix have no button. */
  readonly onFix?: ((finding: Finding) => void) | undefined
}

export function FindingList({ findings, onOpen, onFix }: FindingListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const fixKeys = useKeyLabel('part:fix')
  const [wanted, setWanted] = useState<number>()
  const virtual = useVirtualizer({
    count: findings.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    overscan: 10
  })
  useEffect(() => {
    if (wanted === undefined) return
    const line = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted}"] button`)
    if (!line) return
    line.focus({ preventScroll: true })
    setWanted(undefined)
  })

  function onKeyDown(event: React.KeyboardEvent) {
    const at = indexOf(event.target)
    const finding = at === undefined ? undefined : findings[at]
    const next = movedTo(event.key, at ?? -1, findings.length, KEYS)
    if (actionOf(event.nativeEvent) === 'part:fix' && finding?.fix && onFix) onFix(finding)
    else if (next !== undefined) {
      virtual.scrollToIndex(next)
      setWanted(next)
    } else return
    event.preventDefault()
  }

  if (findings.length === 0) return null
  return (
    // biome-ignore-start lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    // biome-ignore-start lint/a11y/noNoninteractiveElementInteractions: arrow keys move between its lines
    <section
      className={styles.scroller}
      ref={scroller}
      tabIndex={0}
      aria-label={t`Findings`}
      onKeyDown={onOpen ? onKeyDown : undefined}
    >
      <ul className={styles.list} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(item => {
          const finding = findings[item.index] as Finding
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={styles.item}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Line finding={finding} onOpen={onOpen} />
              {finding.fix && onFix ? (
                <Button
                  size="compact-xs"
                  className={styles.fix ?? ''}
                  title={fixKeys}
                  onClick={() => onFix(finding)}
                >
                  {finding.fix.title}
                </Button>
              ) : null}
            </li>
          )
        })}
      </ul>
    </section>
    // biome-ignore-end lint/a11y/noNoninteractiveElementInteractions: see above
    // biome-ignore-end lint/a11y/noNoninteractiveTabindex: see above
  )
}

/** Index of the list item an event came from. */
function indexOf(target: EventTarget): number | undefined {
  const line = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : undefined
  return line ? Number(line.dataset.index) : undefined
}

function Line({ finding, onOpen }: { finding: Finding; onOpen: FindingListProps['onOpen'] }) {
  const content = (
    <>
      <span className={styles.glyph} title={LABELS[finding.severity]}>
        <Glyph tone={TONES[finding.severity]} />
        <span className={styles.severity}>{LABELS[finding.severity]}</span>
      </span>
      <span className={styles.message}>{finding.message}</span>
      <span className={styles.place}>{placeText(finding)}</span>
    </>
  )
  if (!onOpen) return <div className={styles.line}>{content}</div>
  return (
    <button type="button" className={styles.line} onClick={() => onOpen(finding)}>
      {content}
    </button>
  )
}

function placeText({ file, line, column }: Finding): string {
  if (!file) return ''
  return line === undefined ? file : `${file} ${line}:${column ?? 1}`
}
