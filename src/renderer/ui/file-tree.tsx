/** A file tree of any length: virtual rows, folders to open, checkboxes to include or exclude files. */
// biome-ignore-all lint/a11y/useSemanticElements: a <table> cannot hold rows that are placed by their number
// biome-ignore-all lint/a11y/useFocusableInteractive: the tree itself holds the focus and names the active row

import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { Check, ChevronRight, File, Folder, Minus } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useId, useMemo, useRef } from 'react'
import { reasonText } from '#shared/file-reason.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { plural } from '../labels/humanise.ts'
import styles from './file-tree.module.css'
import { Glyph } from './state.tsx'
import { Bytes, Name } from './text.tsx'
import type { TreeNode } from './tree-nodes.ts'

interface FileTreeProps {
  readonly label: string
  readonly rows: readonly TreeNode[]
  readonly open: ReadonlySet<string>
  readonly onToggle: (path: string) => void
  readonly selected: string | undefined
  readonly onSelect: (path: string) => void
  /** Enter, a double click, or a click on a finding. */
  readonly onOpen: (node: TreeNode, finding?: Finding) => void
  /** Absent if files cannot be chosen. */
  readonly onChoose?: ((node: TreeNode, included: boolean) => void) | undefined
  /** The content of the last column; by default the reason. */
  readonly none: string
}

const ROW = 28
/** Width in pixels from which the reasons fit. */
const REASONS_FROM = 560

export function FileTree(props: FileTreeProps) {
  const { rows, label, selected } = props
  const id = useId()
  const { ref: sizeRef, width } = useElementSize()
  const body = useRef<HTMLDivElement>(null)
  const bodyRef = useMergedRef(body, sizeRef)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => body.current,
    estimateSize: () => ROW,
    overscan: 12
  })
  const at = useMemo(() => rows.findIndex(row => row.path === selected), [rows, selected])
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, virtual])
  const items = useSlots(virtual.getVirtualItems(), virtual.isScrolling)
  return (
    <div
      className={styles.tree}
      role="treegrid"
      aria-label={label}
      aria-rowcount={rows.length}
      aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
      data-reasons={width >= REASONS_FROM || undefined}
      data-choose={props.onChoose ? true : undefined}
      tabIndex={0}
      onKeyDown={event => onKeyDown(event, at, props)}
    >
      <div className={styles.body} ref={bodyRef} role="rowgroup">
        {rows.length === 0 ? (
          <div role="row">
            <div role="gridcell" className={styles.none}>
              {props.none}
            </div>
          </div>
        ) : (
          <div className={styles.rows} role="presentation" style={{ height: virtual.getTotalSize() }}>
            {items.map(({ slot, item }) => {
              const node = rows[item.index] as TreeNode
              return (
                <Row
                  key={slot}
                  id={`${id}-${item.index}`}
                  index={item.index}
                  start={item.start}
                  node={node}
                  isOpen={props.open.has(node.path)}
                  isSelected={node.path === selected}
                  onToggle={props.onToggle}
                  onSelect={props.onSelect}
                  onOpen={props.onOpen}
                  onChoose={props.onChoose}
                />
              )
            })}
          </div>
        )}
      </div>
    </div>
  )
}

/**
 * Reuses rows that scroll out for rows that scroll in: changing a row costs much less than creating or moving one.
 * While scrolling, rows keep their place in the document; afterwards they are put in order.
 */
function useSlots(items: readonly VirtualItem[], scrolling: boolean) {
  const most = useRef(1)
  most.current = Math.max(most.current, items.length)
  const placed = items.map(item => ({ slot: item.index % most.current, item }))
  return scrolling ? placed.sort((a, b) => a.slot - b.slot) : placed
}

interface RowProps extends Pick<FileTreeProps, 'onToggle' | 'onSelect' | 'onOpen' | 'onChoose'> {
  readonly id: string
  readonly index: number
  readonly start: number
  readonly node: TreeNode
  readonly isOpen: boolean
  readonly isSelected: boolean
}

/** Renders only when it changes: scrolling passes thousands of rows. */
const Row = memo(function Row(props: RowProps) {
  const { id, index, start, node, isOpen, isSelected, onToggle, onSelect, onOpen, onChoose } = props
  const expandable = node.children.length > 0
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      id={id}
      className={styles.row}
      role="row"
      aria-rowindex={index + 1}
      aria-level={node.depth + 1}
      aria-expanded={expandable ? isOpen : undefined}
      aria-selected={isSelected}
      data-state={node.state}
      style={{ height: ROW, top: start }}
      onClick={() => onSelect(node.path)}
      onDoubleClick={() => (expandable ? onToggle(node.path) : onOpen(node))}
    >
      <div className={styles.name} role="gridcell" style={{ paddingInlineStart: node.depth * 16 }}>
        <Twisty node={node} open={isOpen} onToggle={onToggle} />
        {onChoose ? <Box node={node} onChoose={onChoose} /> : null}
        {node.folder ? FOLDER : FILE}
        <Name title={node.path}>{node.name}</Name>
        <FindingMark node={node} onOpen={onOpen} />
      </div>
      <div className={styles.reason} role="gridcell">
        {node.state === 'in' && node.reason?.code === 'part-of-project' ? '' : <Name>{whyText(node)}</Name>}
      </div>
      <div className={styles.size} role="gridcell">
        {node.folder && node.count > 0 ? (
          <span className={styles.count}>{plural(node.count, 'file')}</span>
        ) : null}
        {node.folder && node.count === 0 ? '' : <Bytes value={node.size} />}
      </div>
    </div>
  )
})

function whyText({ state, reason }: TreeNode): string {
  if (state === 'mixed') return t`in part`
  if (state === 'out')
    return reason ? t`left out: ${reasonText(reason)}` : t`left out: nothing in it goes into the bundle`
  return reason ? reasonText(reason) : ''
}

function Twisty({
  node,
  open,
  onToggle
}: {
  node: TreeNode
  open: boolean
  onToggle: (path: string) => void
}) {
  if (node.children.length === 0) return <span className={styles.twisty} />
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.twisty}
      data-open={open || undefined}
      aria-label={open ? t`Close ${node.name}` : t`Open ${node.name}`}
      onMouseDown={keepFocus}
      onClick={event => {
        event.stopPropagation()
        onToggle(node.path)
      }}
    >
      {CHEVRON}
    </button>
  )
}

// The same elements for every row, so that a reused row does not render them again.
const FOLDER = <Folder size={14} aria-hidden="true" />
const FILE = <File size={14} aria-hidden="true" />
const CHEVRON = <ChevronRight size={14} />
const SIGNS = {
  in: <Check size={11} strokeWidth={3} />,
  mixed: <Minus size={11} strokeWidth={3} />,
  out: null
} as const

/** Keeps the focus on the tree when a row's button is pressed: scrolling may reuse the row for another file. */
function keepFocus(event: MouseEvent<HTMLElement>): void {
  event.preventDefault()
  event.currentTarget.closest<HTMLElement>('[role=treegrid]')?.focus()
}

const CHECKED = { in: true, out: false, mixed: 'mixed' } as const

function Box({ node, onChoose }: { node: TreeNode; onChoose: (node: TreeNode, included: boolean) => void }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      role="checkbox"
      aria-checked={CHECKED[node.state]}
      aria-label={t`${node.name} goes into the bundle`}
      className={styles.box}
      onMouseDown={keepFocus}
      onClick={event => {
        event.stopPropagation()
        onChoose(node, node.state !== 'in')
      }}
    >
      {SIGNS[node.state]}
    </button>
  )
}

function FindingMark({ node, onOpen }: { node: TreeNode; onOpen: FileTreeProps['onOpen'] }) {
  const [first] = node.findings
  if (!first) return null
  const bad = node.findings.some(finding => finding.severity === 'error')
  const text = node.findings.length === 1 ? first.message : plural(node.findings.length, 'finding')
  const content = (
    <>
      <Glyph tone={bad ? 'bad' : 'busy'} />
      {node.folder || node.findings.length > 1 ? plural(node.findings.length, 'finding') : words(first)}
    </>
  )
  if (node.folder) {
    return (
      <span className={styles.mark} data-bad={bad || undefined} title={text}>
        {content}
      </span>
    )
  }
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.mark}
      data-bad={bad || undefined}
      title={text}
      onMouseDown={keepFocus}
      onClick={event => {
        event.stopPropagation()
        onOpen(node, first)
      }}
    >
      {content}
    </button>
  )
}

function words({ rule, line }: Finding): string {
  if (rule === 'secret' || rule === 'secret-file')
    return line === undefined ? t`Secret` : t`Secret in line ${line}`
  return line === undefined ? t`Finding` : t`Finding in line ${line}`
}

function onKeyDown(event: KeyboardEvent, at: number, props: FileTreeProps): void {
  const { rows, open, onSelect, onToggle, onOpen, onChoose } = props
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
  const node = rows[at]
  const go = (index: number) => {
    const target = rows[Math.min(Math.max(index, 0), rows.length - 1)]
    if (target) onSelect(target.path)
  }
  const actions: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    PageDown: () => go(at + 12),
    PageUp: () => go(at - 12),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    ArrowRight: () => {
      if (!node || node.children.length === 0) return
      if (open.has(node.path)) go(at + 1)
      else onToggle(node.path)
    },
    ArrowLeft: () => {
      if (node && node.children.length > 0 && open.has(node.path)) onToggle(node.path)
      else if (node) go(rows.findLastIndex((other, index) => index < at && other.depth < node.depth))
    },
    ' ': () => node && onChoose?.(node, node.state !== 'in'),
    Enter: () => {
      if (!node) return
      if (node.children.length > 0) onToggle(node.path)
      else onOpen(node, node.findings[0])
    }
  }
  const action = actions[event.key]
  if (!action) return
  event.preventDefault()
  action()
}
