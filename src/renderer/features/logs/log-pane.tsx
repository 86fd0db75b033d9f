/** The log of one instance, or of several merged by time: lines, find, filter, follow pill and tools. */
import { Button, Loader } from '@mantine/core'
import { X } from 'lucide-react'
import { useRef, useState } from 'react'
import { t } from '#shared/language.ts'
import { plural } from '../../labels/humanise.ts'
import { Name } from '../../ui/text.tsx'
import { useView } from '../../window/view.ts'
import { isFiltering } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { FindBar } from './find-bar.tsx'
import { LogList, type LogListHandle, type LogView } from './log-list.tsx'
import { LogTools, type LogToolsProps, Tool } from './log-tools.tsx'
import styles from './logs.module.css'
import type { LogReader, ReaderState } from './reader.ts'
import { type FailingIn, useLogActions } from './use-log-actions.ts'
import { useReaderState } from './use-log-reader.ts'
import { onPaneKey, type PaneBars, toggleBar, useFindKey, usePaneBars } from './use-pane-bars.ts'

interface LogPaneProps {
  readonly reader: LogReader
  readonly title: string
  /** Distinguishes the pane from others with the same title. */
  readonly tag?: string | undefined
  /** The app's title alone, which names the pane. */
  readonly name: string
  /** True if the pane's tab shows the title already. */
  readonly isAlone?: boolean
  readonly fileName: string
  readonly visible: boolean
  /** True if this pane takes the window's keys when no pane has the focus. */
  readonly first: boolean
  /** Name of each log, if one list shows several. */
  readonly sources?: readonly string[]
  /** For each log, the address of its app outside the container. */
  readonly outers: readonly (string | undefined)[]
  readonly failing?: FailingIn | undefined
  readonly extra?: React.ReactNode
  readonly onClose?: (() => void) | undefined
}

type PaneState = Omit<ReaderState, 'end'>

export function LogPane(props: LogPaneProps) {
  const { reader, name, visible } = props
  const look = useView(state => state.logLook)
  const state = useReaderState(reader)
  const list = useRef<LogListHandle>(null)
  const pane = useRef<HTMLElement>(null)
  const [at, setAt] = useState<LogView>({ atEnd: true, newLines: 0, isEmpty: true })
  const bars = usePaneBars(reader, list)
  const { actions, status } = useLogActions(reader, list, props.fileName, props.failing)
  useFindKey(pane, visible, props.first, bars.findBar.open)
  const showCleared = () => {
    reader.unclear()
    list.current?.toEnd()
  }

  return (
    <section
      ref={pane}
      className={styles.pane}
      hidden={!visible}
      aria-label={t`Log of ${name}`}
      onKeyDown={event => onPaneKey(event, bars)}
    >
      <Header {...props} bars={bars} actions={actions} status={status || statusText(state)} />
      <Bars bars={bars} state={state} isEmpty={at.isEmpty} />
      {state.clearedAt === undefined ? null : <ClearedNote onShow={showCleared} />}
      <div className={styles.screen}>
        <LogList
          reader={reader}
          look={look}
          matcher={bars.find.matcher}
          current={bars.find.current}
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

interface HeaderProps extends LogPaneProps {
  readonly bars: PaneBars
  readonly actions: LogToolsProps['actions']
  readonly status: string
}

/** Title, status and tools of the pane. */
function Header({ title, tag, isAlone, bars, actions, status, extra, onClose }: HeaderProps) {
  return (
    <div className={styles.tools}>
      <span className={styles.title}>
        {isAlone ? null : <Name>{title}</Name>}
        {tag === undefined ? null : <span className={styles.tag}>{tag}</span>}
        <span className={styles.status}>{status}</span>
      </span>
      <LogTools
        finding={bars.findBar.isOpen}
        filtering={bars.filterBar.isOpen}
        onFind={bars.findBar.isOffered ? () => toggleBar(bars.findBar) : undefined}
        onFilter={() => toggleBar(bars.filterBar)}
        actions={actions}
      />
      {extra}
      {onClose ? (
        <Tool label={tag === undefined ? t`Close ${title}` : t`Close ${title} ${tag}`} onClick={onClose}>
          <X size={15} />
        </Tool>
      ) : null}
    </div>
  )
}

/** The find and filter bars, if they are open. */
function Bars({ bars, state, isEmpty }: { bars: PaneBars; state: PaneState; isEmpty: boolean }) {
  const { find, filter, findBar, filterBar } = bars
  return (
    <>
      {findBar.isOpen ? <FindBar find={find} input={findBar.input} onClose={findBar.close} /> : null}
      {filterBar.isOpen ? (
        <FilterBar
          filter={filter.value}
          input={filterBar.input}
          status={filterStatus(state, isFiltering(filter.value) && isEmpty)}
          onChange={filter.set}
          onClose={filterBar.close}
        />
      ) : null}
    </>
  )
}

function filterStatus({ readingBack, atStart }: PaneState, isAllHidden: boolean): string {
  if (readingBack) return t`Looking through older lines…`
  return isAllHidden && atStart ? t`No lines match the filter.` : ''
}

function ClearedNote({ onShow }: { onShow: () => void }) {
  return (
    <div className={styles.cleared}>
      {t`Older lines are hidden.`}{' '}
      <Button variant="subtle" size="compact-xs" onClick={onShow}>
        {t`Show them again`}
      </Button>
    </div>
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

function statusText({ status, error, engineGone }: PaneState): string {
  if (status === 'reconnecting') return t`Reconnecting…`
  if (status === 'failed') return error?.message ?? ''
  if (status === 'ended') return t`Ended`
  return engineGone === undefined ? '' : t`Engine gone`
}
