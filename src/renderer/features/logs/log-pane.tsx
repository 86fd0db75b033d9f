/** The log of one instance, or of several in the order of time: lines, find, filter, follow pill and tools. */
import { Button, Loader } from '@mantine/core'
import { X } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { t } from '#shared/language.ts'
import { plural } from '../../labels/humanise.ts'
import { Name } from '../../ui/text.tsx'
import { actionOf } from '../../window/keys.ts'
import { useView } from '../../window/view.ts'
import { isFiltering, NO_FILTER } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { FindBar } from './find-bar.tsx'
import { LogList, type LogListHandle, type LogView } from './log-list.tsx'
import { LogTools, Tool } from './log-tools.tsx'
import styles from './logs.module.css'
import type { LogReader, ReaderState } from './reader.ts'
import { useFilter } from './use-filter.ts'
import { NO_FIND, useFind } from './use-find.ts'
import { type FailingIn, useLogActions } from './use-log-actions.ts'
import { useReaderState } from './use-log-reader.ts'

interface LogPaneProps {
  readonly reader: LogReader
  readonly title: string
  /** What tells it from others of the same title. */
  readonly tag?: string | undefined
  /** Of the app alone; the pane is named by it. */
  readonly name: string
  /** The tab it is in names it already. */
  readonly isAlone?: boolean
  readonly fileName: string
  readonly visible: boolean
  /** Takes the keys of the window where no pane has the focus. */
  readonly first: boolean
  /** Name of each log, where there are several in one list. */
  readonly sources?: readonly string[]
  /** For each log, where its app is reached from outside a container. */
  readonly outers: readonly (string | undefined)[]
  readonly failing?: FailingIn | undefined
  readonly extra?: React.ReactNode
  readonly onClose?: (() => void) | undefined
}

export function LogPane({ reader, title, name, visible, ...props }: LogPaneProps) {
  const look = useView(state => state.logLook)
  const state = useReaderState(reader)
  const list = useRef<LogListHandle>(null)
  const pane = useRef<HTMLElement>(null)
  const findInput = useRef<HTMLInputElement>(null)
  const filterInput = useRef<HTMLInputElement>(null)
  const [finding, setFinding] = useState(false)
  const [at, setAt] = useState<LogView>({ atEnd: true, newLines: 0, isEmpty: true })
  const find = useFind(reader, list)
  const filter = useFilter(reader, list)
  const { actions, status } = useLogActions(reader, list, props.fileName, props.failing)

  const openFind = useCallback(() => {
    setFinding(true)
    findInput.current?.select()
  }, [])
  const closeFind = () => {
    setFinding(false)
    find.setQuery(NO_FIND)
    list.current?.focus()
  }
  const openFilter = () => {
    filter.setOpen(true)
    filterInput.current?.select()
  }
  const closeFilter = () => {
    filter.setOpen(false)
    filter.set(NO_FILTER)
    list.current?.focus()
  }
  const showAgain = () => {
    reader.unclear()
    list.current?.toEnd()
  }
  const passes = !isFiltering(filter.value) || !state.atStart || !at.isEmpty
  useFindKey(pane, visible, props.first, openFind)

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.target instanceof HTMLInputElement) return
    const action = actionOf(event.nativeEvent)
    if (action === 'part:filter') openFilter()
    else if (action === 'part:find-next' && finding) find.step(1)
    else if (action === 'part:find-previous' && finding) find.step(-1)
    else if (event.key === 'Escape' && finding) closeFind()
    else if (event.key === 'Escape' && filter.open) closeFilter()
    else return
    event.preventDefault()
  }

  return (
    <section
      ref={pane}
      className={styles.pane}
      hidden={!visible}
      aria-label={t`Log of ${name}`}
      onKeyDown={onKeyDown}
    >
      <div className={styles.tools}>
        <span className={styles.title}>
          {props.isAlone ? null : <Name>{title}</Name>}
          {props.tag === undefined ? null : <span className={styles.tag}>{props.tag}</span>}
          <span className={styles.status}>{status || statusText(state)}</span>
        </span>
        <LogTools
          finding={finding}
          filtering={filter.open}
          onFind={() => (finding ? closeFind() : openFind())}
          onFilter={() => (filter.open ? closeFilter() : openFilter())}
          actions={actions}
        />
        {props.extra}
        {props.onClose ? (
          <Tool
            label={props.tag === undefined ? t`Close ${title}` : t`Close ${title} ${props.tag}`}
            onClick={props.onClose}
          >
            <X size={15} />
          </Tool>
        ) : null}
      </div>
      {finding ? <FindBar find={find} input={findInput} onClose={closeFind} /> : null}
      {filter.open ? (
        <FilterBar
          filter={filter.value}
          input={filterInput}
          status={
            state.readingBack ? t`Looking through older lines…` : passes ? '' : t`No lines match the filter.`
          }
          onChange={filter.set}
          onClose={closeFilter}
        />
      ) : null}
      {state.clearedAt === undefined ? null : (
        <div className={styles.cleared}>
          {t`Older lines are hidden.`}{' '}
          <Button variant="subtle" size="compact-xs" onClick={showAgain}>
            {t`Show them again`}
          </Button>
        </div>
      )}
      <div className={styles.screen}>
        <LogList
          reader={reader}
          look={look}
          matcher={find.matcher}
          current={find.current}
          sources={props.sources}
          outers={props.outers}
          handle={list}
          label={t`Lines of ${name}`}
          onView={setAt}
        />
        {state.status === 'opening' ? (
          <Loader className={styles.loader} size="sm" role="img" aria-label={t`Opening the log`} />
        ) : null}
        <Pill at={at} onClick={() => list.current?.toEnd()} />
      </div>
    </section>
  )
}

function Pill({ at, onClick }: { at: LogView; onClick: () => void }) {
  if (at.atEnd) return null
  return (
    <Button
      className={styles.pill}
      variant={at.newLines > 0 ? 'filled' : 'default'}
      radius="xl"
      size="compact-sm"
      onClick={onClick}
    >
      {at.newLines > 0 ? `${plural(at.newLines, 'new line')} ↓` : t`To the end ↓`}
    </Button>
  )
}

/** The key to find belongs to the pane that has the focus, else to the first one there is. */
function useFindKey(
  pane: React.RefObject<HTMLElement | null>,
  visible: boolean,
  first: boolean,
  open: () => void
) {
  useEffect(() => {
    if (!visible) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || actionOf(event) !== 'part:find') return
      const target = event.target instanceof Element ? event.target : document.body
      if (target.closest('.cm-editor, .xterm')) return
      const own = target.closest('[data-log-pane]') ?? null
      if (own === null ? !first : own !== pane.current) return
      event.preventDefault()
      open()
    }
    pane.current?.setAttribute('data-log-pane', '')
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [pane, visible, first, open])
}

function statusText({ status, error, engineGone }: Omit<ReaderState, 'end'>): string {
  if (status === 'reconnecting') return t`Reconnecting…`
  if (status === 'failed') return error?.message ?? ''
  if (status === 'ended') return t`Ended`
  return engineGone === undefined ? '' : t`Engine gone`
}
