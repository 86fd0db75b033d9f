/** Keys of the whole window. Those of a part (editor, log, list) belong to the part. */
import { useEffect, useRef } from 'react'
import { openDialog, useDialog } from '../lib/dialogs.ts'
import { useView, view } from '../lib/view.ts'
import { useNextStep } from './header.tsx'
import { RAIL_PAGES } from './pages.tsx'
import { goToRegion } from './regions.ts'

/** `Mod` is Cmd on a Mac and Ctrl elsewhere. */
export const SHORTCUTS: readonly (readonly [keys: string, what: string])[] = [
  ['Mod+K', 'Find anything: actions, pages, projects, apps, instances'],
  ['1 to 6', 'Go to a page'],
  ['Mod+Enter', 'Take the next step'],
  ['F6', 'Go to the next part of the window; with Shift to the one before'],
  ['/', 'Filter the list, or the log that has the focus'],
  ['↑ ↓ or j k', 'Move in a list'],
  ['Enter', 'Open the log of the instance in a list'],
  ['Esc', 'Close the side panel'],
  ['Mod+J', 'Open or close the dock'],
  ['Mod+F', 'Find in the log'],
  ['n N', 'Next and previous match in the log'],
  ['Home End', 'First and newest line of the log'],
  ['Mod+S', 'Save the manifest'],
  ['Alt+Enter or Mod+.', 'Fix the problem at the cursor'],
  ['?', 'Show this list']
]

const isMac = /^Mac/.test(globalThis.navigator?.platform ?? '')

/** Keys in the words of this computer. */
export function keyWords(keys: string): string {
  return keys.replaceAll('Mod+', isMac ? '⌘' : 'Ctrl+')
}

export function useShortcuts(): void {
  const { take } = useNextStep()
  const latest = useRef(take)
  latest.current = take
  useEffect(() => {
    // Asked before the dialog sees the key: the one that closes it is the dialog's, and closes nothing behind it.
    let inDialog = false
    const look = () => {
      inDialog = useDialog.getState().dialog !== undefined
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || inDialog) return
      if (handle(event, latest.current)) event.preventDefault()
    }
    window.addEventListener('keydown', look, { capture: true })
    window.addEventListener('keydown', onKeyDown)
    return () => {
      window.removeEventListener('keydown', look, { capture: true })
      window.removeEventListener('keydown', onKeyDown)
    }
  }, [])
}

/** True for a key it took. */
function handle(event: KeyboardEvent, takeStep: () => void): boolean {
  const command = event.ctrlKey || event.metaKey
  if (command && event.key === 'Enter') return done(takeStep)
  if (command && event.key === 'j') return done(view.toggleDock)
  if (command && event.key === 'k') return done(() => openDialog({ kind: 'palette' }))
  if (event.key === 'F6') return goToRegion(event.shiftKey ? -1 : 1)
  if (command || event.altKey || isTyping(event.target)) return false
  if (event.key === '?') return done(() => openDialog({ kind: 'shortcuts' }))
  if (event.key === '/') return focusFilter()
  if (event.key === 'Escape') return closePanel()
  const page = RAIL_PAGES[Number(event.key) - 1]
  return page !== undefined && done(() => view.go(page))
}

function done(action: () => void): true {
  action()
  return true
}

function closePanel(): boolean {
  const { page, selection } = useView.getState()
  // What is rolled out fills its page: there is no panel to close.
  if (page === 'rollout' || selection[page] === undefined) return false
  view.select(page, undefined)
  return true
}

function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>('input[data-page-filter]')
  filter?.focus()
  return filter !== null
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  // A read-only log takes no text, though the terminal listens through a text area.
  if (target.closest('.xterm')) return target.closest('[data-takes-keys]') !== null
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}
