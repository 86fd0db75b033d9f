/** Findings as a list: severity, what is wrong, and where; a click goes to the place. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { Finding } from '#shared/finding.ts'
import styles from './finding-list.module.css'
import { Glyph } from './state.tsx'

const TONES = { error: 'bad', warning: 'busy', info: 'off' } as const
const WORDS = { error: 'Error', warning: 'Warning', info: 'Note' } as const

interface FindingListProps {
  readonly findings: readonly Finding[]
  readonly onOpen?: (finding: Finding) => void
}

export function FindingList({ findings, onOpen }: FindingListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: findings.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    overscan: 10
  })
  if (findings.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroller} ref={scroller} tabIndex={0} aria-label="Findings">
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
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Line({ finding, onOpen }: { finding: Finding; onOpen: FindingListProps['onOpen'] }) {
  const content = (
    <>
      <span className={styles.glyph} title={WORDS[finding.severity]}>
        <Glyph tone={TONES[finding.severity]} />
        <span className={styles.severity}>{WORDS[finding.severity]}</span>
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
