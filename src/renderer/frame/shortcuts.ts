/** Keyboard shortcuts of the whole window. Each part (editor, log, list) handles its own keys. */
import { useEffect, useRef } from 'react'
import { keyMap } from '#shared/keys.ts'
import { t } from '#shared/language.ts'
import { useSettings } from '../host/queries.ts'
import { useDialog } from '../window/dialogs.ts'
import { actionOf, isChord, isTaken, isTyping, keysOf, setKeyMap } from '../window/keys.ts'
import { useView, view } from '../window/view.ts'
import type { Command } from './commands.ts'
import { goToRegion } from './regions.ts'

/** Shortcuts the user cannot change: the same in every list and form. */
export const FIXED_KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['F6'], t`Next part of the window, with Shift the one before`],
  [['Up', 'Down', 'J', 'K'], t`Move in a list`],
  [['Enter'], t`Open the log of the instance in a list`],
  [['Esc'], t`Close the side panel`],
  [['Home', 'End'], t`First and newest line of the log`],
  [['Alt+Enter'], t`Fix the problem at the cursor`]
]

/** Applies the shortcuts from the settings to the whole window. */
export function useKeysOfSettings(): void {
  const changed = useSettings()?.keys
  useEffect(() => {
    if (changed) setKeyMap(keyMap(changed))
  }, [changed])
}

export function useShortcuts(commands: readonly Command[]): void {
  const latest = useRef(commands)
  latest.current = commands
  useEffect(() => {
    // Checked before the dialog gets the key: the key that closes a dialog must not also close something behind it.
    let inDialog = false
    const noteDialog = () => {
      inDialog = useDialog.getState().dialog !== undefined
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTaken(event) || inDialog) return
      if (handle(event, latest.current)) event.preventDefault()
    }
    window.addEventListener('keydown', noteDialog, { capture: true })
    window.addEventListener('keydown', onKeyDown)
    return () => {
      window.removeEventListener('keydown', noteDialog, { capture: true })
      window.removeEventListener('keydown', onKeyDown)
    }
  }, [])
}

/** True if the key was handled. */
function handle(event: KeyboardEvent, commands: readonly Command[]): boolean {
  const keys = keysOf(event)
  if (keys === undefined) return false
  if (keys === 'F6' || keys === 'Shift+F6') return goToRegion(event.shiftKey ? -1 : 1)
  if (!isChord(keys) && isTyping(event.target)) return false
  if (keys === 'Esc') return closePanel()
  const action = actionOf(event)
  if (action === 'part:filter') return focusFilter()
  const command = commands.find(({ id }) => id === action)
  command?.run()
  return command !== undefined
}

function closePanel(): boolean {
  const { page, selection } = useView.getState()
  // The roll-out page has no side panel to close.
  if (page === 'rollout' || selection[page] === undefined) return false
  view.select(page, undefined)
  return true
}

function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>('input[data-page-filter]')
  filter?.focus()
  return filter !== null
}
