/** The find and filter bars of a log pane: opened and closed by tools and keys, with the focus where it belongs. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useCapability } from '../../host/queries.ts'
import { actionOf } from '../../window/keys.ts'
import { NO_FILTER } from './filter.ts'
import type { LogListHandle } from './log-list.tsx'
import type { LogReader } from './reader.ts'
import { useFilter } from './use-filter.ts'
import { type Find, NO_FIND, useFind } from './use-find.ts'

/** A bar above the lines, with the input that gets the focus when it opens. */
interface Bar {
  /** False if the platform lacks the capability the bar needs. */
  readonly isOffered: boolean
  readonly isOpen: boolean
  readonly input: React.RefObject<HTMLInputElement | null>
  open(): void
  close(): void
}

/** Both bars, with what they search and filter by. */
export interface PaneBars {
  readonly find: Find
  readonly filter: ReturnType<typeof useFilter>
  readonly findBar: Bar
  readonly filterBar: Bar
}

/** The bars of one pane; both are closed at first. */
export function usePaneBars(reader: LogReader, list: React.RefObject<LogListHandle | null>): PaneBars {
  const find = useFind(reader, list)
  const filter = useFilter(reader, list)
  const findInput = useRef<HTMLInputElement>(null)
  const filterInput = useRef<HTMLInputElement>(null)
  const [finding, setFinding] = useState(false)
  const canFind = useCapability('find-log')
  const openFind = useCallback(() => {
    if (!canFind) return
    setFinding(true)
    findInput.current?.select()
  }, [canFind])
  const findBar: Bar = {
    isOffered: canFind,
    isOpen: finding,
    input: findInput,
    open: openFind,
    close() {
      setFinding(false)
      find.setQuery(NO_FIND)
      list.current?.focus()
    }
  }
  const filterBar: Bar = {
    isOffered: true,
    isOpen: filter.open,
    input: filterInput,
    open() {
      filter.setOpen(true)
      filterInput.current?.select()
    },
    close() {
      filter.setOpen(false)
      filter.set(NO_FILTER)
      list.current?.focus()
    }
  }
  return { find, filter, findBar, filterBar }
}

/** Opens the bar, or closes it. */
export function toggleBar(bar: Bar): void {
  if (bar.isOpen) bar.close()
  else bar.open()
}

/** Keys of the pane that control its bars; an input handles the keys typed into it. */
export function onPaneKey(event: React.KeyboardEvent, { find, findBar, filterBar }: PaneBars): void {
  if (event.target instanceof HTMLInputElement) return
  const action = actionOf(event.nativeEvent)
  if (action === 'part:filter') filterBar.open()
  else if (action === 'part:find-next' && findBar.isOpen) find.step(1)
  else if (action === 'part:find-previous' && findBar.isOpen) find.step(-1)
  else if (event.key === 'Escape' && findBar.isOpen) findBar.close()
  else if (event.key === 'Escape' && filterBar.isOpen) filterBar.close()
  else return
  event.preventDefault()
}

/** The find key works on the pane that has the focus, otherwise on the first pane. */
export function useFindKey(
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
