/** The frame of a page: title, tools, filter, and a list that stays in place beside a resizable side panel. */
import { ActionIcon, TextInput } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { Search, X } from 'lucide-react'
import { type ReactNode, type RefObject, useRef } from 'react'
import { t } from '#shared/language.ts'
import styles from '../ui/page.module.css'
import { ResizeHandle } from '../ui/resize-handle.tsx'
import { Name } from '../ui/text.tsx'
import { useFocusBack } from '../ui/use-focus-back.ts'
import { type PageId, useView, view } from './view.ts'

export interface PageProps {
  readonly title: string
  readonly summary?: ReactNode
  readonly tools?: ReactNode
  /** A line under the head: the shown part of the list, or the actions on the chosen rows. */
  readonly bar?: ReactNode
  readonly panel?: ReactNode
  readonly children: ReactNode
}

const PANEL_MIN = 280
const MAIN_MIN = 320

export function Page({ title, summary, tools, bar, panel, children }: PageProps) {
  const panelWidth = useView(state => state.panelWidth)
  const { ref, width } = useElementSize()
  const list = useRef<HTMLDivElement>(null)
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>
          <Name>{title}</Name>
        </h1>
        {summary ? <span className={styles.summary}>{summary}</span> : null}
        {tools ? <div className={styles.tools}>{tools}</div> : null}
      </header>
      {bar ? <div className={styles.bar}>{bar}</div> : null}
      <div className={styles.split} ref={ref}>
        <div className={styles.main} ref={list}>
          {children}
        </div>
        {panel ? (
          <>
            <div
              className={styles.handleWrap}
              style={{ display: width > 0 && width < 600 ? 'none' : 'flex' }}
            >
              <ResizeHandle
                axis="x"
                label={t`Width of the side panel`}
                size={panelWidth}
                min={PANEL_MIN}
                max={width === 0 ? panelWidth : width - MAIN_MIN}
                onResize={view.panelWidth}
              />
            </div>
            <SidePanel width={panelWidth} list={list}>
              {panel}
            </SidePanel>
          </>
        ) : null}
      </div>
    </div>
  )
}

interface SidePanelProps {
  readonly width: number
  /** The element of the list whose details it shows; the focus returns there when it closes. */
  readonly list: RefObject<HTMLElement | null>
  readonly children: ReactNode
}

function SidePanel({ width, list, children }: SidePanelProps) {
  useFocusBack(() => list.current?.querySelector<HTMLElement>('[role="grid"]'))
  return (
    <aside className={styles.panel} style={{ width }} aria-label={t`Details`}>
      {children}
    </aside>
  )
}

/** The filter of a page; `/` focuses it. */
export function Filter({ page, label }: { page: PageId; label: string }) {
  const text = useView(state => state.filters[page] ?? '')
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={t`Filter`}
      data-page-filter
      w={200}
      leftSection={<Search size={14} />}
      rightSection={
        text ? (
          <ActionIcon size={18} aria-label={t`Clear filter`} onClick={() => view.filter(page, '')}>
            <X size={12} />
          </ActionIcon>
        ) : null
      }
      value={text}
      onChange={event => view.filter(page, event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        if (text) view.filter(page, '')
        else event.currentTarget.blur()
      }}
    />
  )
}
