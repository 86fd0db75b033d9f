/** Read-only text of any length: numbered lines, one of them marked, or two versions side by side. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import { t } from '#shared/language.ts'
import { neutralise } from '#shared/text.ts'
import { plural } from '../labels/humanise.ts'
import { aroundChanges, type DiffRow, plainLinesOf, type Side } from './side-by-side.ts'
import styles from './text-view.module.css'

/** Most characters shown of a line. */
const MAX_LINE = 2_000
const LINE = 19
const PADDING = 6
const CONTEXT = 4

interface TextViewProps {
  readonly label: string
  readonly text: string
  /** One-based: scrolled to and marked. */
  readonly mark?: number | undefined
}

export function TextView({ label, text, mark }: TextViewProps) {
  const lines = useMemo(() => plainLinesOf(text), [text])
  return (
    <Lines label={label} count={lines.length} at={mark === undefined ? undefined : mark - 1}>
      {index => (
        <div className={styles.line} data-mark={index + 1 === mark || undefined}>
          <span className={styles.number}>{index + 1}</span>
          <code>{shown(lines[index] ?? '')}</code>
        </div>
      )}
    </Lines>
  )
}

interface DiffViewProps {
  readonly label: string
  readonly rows: readonly DiffRow[]
}

export function DiffView({ label, rows }: DiffViewProps) {
  const around = useMemo(() => aroundChanges(rows, CONTEXT), [rows])
  return (
    <Lines label={label} count={around.length}>
      {index => {
        const row = around[index]
        if (!row) return null
        if (row.kind === 'hidden') {
          return <div className={styles.hidden}>{t`${plural(row.count, 'line')} the same`}</div>
        }
        return (
          <div className={styles.pair}>
            <Half side={row.left} tone={row.kind === 'same' ? undefined : 'removed'} />
            <Half side={row.right} tone={row.kind === 'same' ? undefined : 'added'} />
          </div>
        )
      }}
    </Lines>
  )
}

const SIGNS = { removed: '−', added: '+' } as const
const WORDS = { removed: `${t`Before`}: `, added: `${t`Now`}: ` } as const

function Half({ side, tone }: { side: Side | undefined; tone: 'removed' | 'added' | undefined }) {
  if (!side) return <div className={styles.half} data-tone="none" />
  return (
    <div className={styles.half} data-tone={tone}>
      <span className={styles.number}>{side.number}</span>
      <span className={styles.sign} title={tone && WORDS[tone]}>
        {tone ? SIGNS[tone] : ''}
      </span>
      <code>{shown(side.text)}</code>
    </div>
  )
}

function shown(line: string): string {
  const clean = neutralise(line)
  return clean.length > MAX_LINE ? `${clean.slice(0, MAX_LINE)}…` : clean
}

interface LinesProps {
  readonly label: string
  readonly count: number
  readonly at?: number | undefined
  readonly children: (index: number) => ReactNode
}

function Lines({ label, count, at, children }: LinesProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    paddingStart: PADDING,
    paddingEnd: PADDING,
    overscan: 20
  })
  useEffect(() => {
    if (at !== undefined) virtual.scrollToIndex(at, { align: 'center' })
  }, [at, virtual])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroller} ref={scroller} tabIndex={0} aria-label={label}>
      {count === 0 ? <p className={styles.empty}>{t`There is nothing in it.`}</p> : null}
      <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(item => (
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            className={styles.placed}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {children(item.index)}
          </div>
        ))}
      </div>
    </section>
  )
}
