/** Reads, matches and labels keys: the single source for shortcuts, tooltips, palette and sheet. */
import { create } from 'zustand'
import { KEY_ACTIONS, type KeyActionId, type KeyMap, keyMap } from '#shared/keys.ts'

const useKeyMap = create<KeyMap>(() => keyMap({}))

export const setKeyMap = (keys: KeyMap) => useKeyMap.setState(keys, true)

const isMac = /^Mac/.test(globalThis.navigator?.platform ?? '')

/** The parts of a keyboard event that describe its keys. */
export type Pressed = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'getModifierState'
> & { readonly isComposing?: boolean; readonly target?: EventTarget | null }

const NAMES: Readonly<Record<string, string>> = {
  Escape: 'Esc',
  ' ': 'Space',
  '+': 'Plus',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right'
}
const NAMED = /^(Enter|Tab|Backspace|Delete|Insert|Home|End|PageUp|PageDown|F([1-9]|1[0-9]|2[0-4]))$/

/** The pressed keys in our notation; undefined for a modifier alone and for unsupported keys. */
export function keysOf(event: Pressed): string | undefined {
  const key = event.isComposing ? undefined : baseKey(event)
  if (key === undefined) return undefined
  // AltGr types a character but reports Ctrl and Alt as pressed.
  const types = event.getModifierState('AltGraph')
  const mod = !types && (event.ctrlKey || event.metaKey) ? 'Mod+' : ''
  const alt = !types && event.altKey ? 'Alt+' : ''
  // The keyboard layout decides which character Shift types, so the character itself already includes Shift.
  const shift = event.shiftKey && (key.length > 1 ? key !== 'Plus' : isLetter(key)) ? 'Shift+' : ''
  return `${mod}${alt}${shift}${key}`
}

function baseKey({ key, code }: Pressed): string | undefined {
  const name = NAMES[key] ?? (NAMED.test(key) ? key : undefined)
  if (name !== undefined) return name
  if ([...key].length !== 1 || !/^[^\s\p{C}]$/u.test(key)) return undefined
  // In a non-Latin layout, and with Option on a Mac, `key` is not the Latin letter: use the letter printed on the key.
  const printed = /^Key([A-Z])$/.exec(code)?.[1]
  return printed !== undefined && !/^\p{ASCII}$/u.test(key) ? printed : capital(key)
}

const isLetter = (key: string) => /^\p{L}$/u.test(key)

/** Some letters become two capitals (ß): they stay as they are. */
function capital(key: string): string {
  const upper = key.toUpperCase()
  return [...upper].length === 1 ? upper : key
}

/** The action of the pressed keys, if any; keys that type text trigger no action in a text field. */
export function actionOf(event: Pressed): KeyActionId | undefined {
  const keys = keysOf(event)
  if (keys === undefined || (!isChord(keys) && isTyping(event.target))) return undefined
  return actionWith(useKeyMap.getState(), keys)
}

export function actionWith(map: KeyMap, keys: string): KeyActionId | undefined {
  return KEY_ACTIONS.find(({ id }) => map[id] !== '' && map[id] === keys)?.id
}

/** True for keys that type nothing, so that they also work in a text field. */
export function isChord(keys: string): boolean {
  return /^(Mod|Alt)\+/.test(keys) || /^(Shift\+)?F\d+$/.test(keys)
}

export function isTyping(target: EventTarget | null | undefined): boolean {
  if (!target || !(target instanceof HTMLElement)) return false
  // A read-only log takes no text, although its terminal listens through a text area.
  if (target.closest('.xterm')) return target.closest('[data-takes-keys]') !== null
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

const leftToWindow = new WeakSet<object>()

/** For parts that take most keys: leaves the window's shortcuts to the window. True if it left this one. */
export function leaveToWindow(event: KeyboardEvent): boolean {
  const keys = keysOf(event)
  const isWindows = keys !== undefined && isChord(keys) && /^(action|page):/.test(actionOf(event) ?? '')
  if (isWindows) leftToWindow.add(event)
  return isWindows
}

/** True if a part has handled the event itself. */
export const isTaken = (event: KeyboardEvent) => event.defaultPrevented && !leftToWindow.has(event)

const MAC_SIGNS: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
const SIGNS: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  Plus: '+',
  Up: '↑',
  Down: '↓',
  Left: '←',
  Right: '→'
}

/** Keys as this computer labels them: `Ctrl+Shift+K`, on a Mac `⌘⇧K`. */
export function keyLabel(keys: string, mac = isMac): string {
  const parts = keys.split('+').map(word => (mac ? MAC_SIGNS[word] : undefined) ?? SIGNS[word] ?? word)
  return parts.join(mac ? '' : '+')
}

/** The label of an action's current keys; empty if it has none. */
export function useKeyLabel(id: KeyActionId): string {
  return keyLabel(useKeyMap(map => map[id]))
}

/** `Find (Ctrl+F)`; only the name if there are no keys. */
export function useKeyHint(name: string, id: KeyActionId): string {
  const label = useKeyLabel(id)
  return label === '' ? name : `${name} (${label})`
}

/** The current keys of every action, by action ID. */
export function useAllKeys(): KeyMap {
  return useKeyMap()
}
