/** Keys: one notation, matched as recorded, one action each, and none that the system or browser uses. */
import fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { acceleratorOf } from '#hosts/electron/accelerator.ts'
import {
  actionOf,
  actionWith,
  isChord,
  keyLabel,
  keysOf,
  type Pressed,
  setKeyMap
} from '../../src/renderer/window/keys.ts'
import { reservedBecause } from '../../src/renderer/window/reserved-keys.ts'
import {
  ChangedKeys,
  KEY_ACTIONS,
  type KeyActionId,
  Keys,
  keyMap,
  withKeys,
  withSwapped
} from '../../src/shared/keys.ts'

const press = (key: string, more: Partial<Pressed> & { altGraph?: boolean } = {}): Pressed => ({
  ...{ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  getModifierState: () => more.altGraph === true,
  ...more
})

beforeEach(() => setKeyMap(keyMap({})))

describe('pressed keys', () => {
  test.each([
    ['Mod+K', press('k', { ctrlKey: true })],
    ['Mod+K', press('k', { metaKey: true })],
    ['Mod+Shift+K', press('K', { ctrlKey: true, shiftKey: true })],
    ['N', press('n')],
    ['N (capitals locked)', press('N')],
    ['Shift+N', press('N', { shiftKey: true })],
    ['? of any layout', press('?', { shiftKey: true })],
    ['Mod+Plus', press('+', { ctrlKey: true, shiftKey: true })],
    ['Shift+Space', press(' ', { shiftKey: true })],
    ['Alt+Up', press('ArrowUp', { altKey: true })],
    ['Mod+K of a Cyrillic layout', press('л', { ctrlKey: true, code: 'KeyK' })],
    ['Alt+O with Option on a Mac', press('ø', { altKey: true, code: 'KeyO' })],
    ['Ö of a German layout', press('ö', { code: 'Semicolon' })],
    ['@ with AltGr', press('@', { ctrlKey: true, altKey: true, altGraph: true })],
    ['ß', press('ß', { code: 'Minus' })],
    ['F24', press('F24')]
  ])('%s', (written, event) => expect(keysOf(event)).toBe(written.replace(/ .*/, '')))

  test.each(['Control', 'Shift', 'Dead', 'Process', 'Unidentified', 'MediaPlay', '', '\u0007'])(
    '%j is not a key for an action',
    key => expect(keysOf(press(key, { code: 'KeyA', ctrlKey: true }))).toBeUndefined()
  )

  test('text composed with an input method is not a key', () => {
    expect(keysOf(press('k', { ctrlKey: true, isComposing: true }))).toBeUndefined()
  })

  test('any pressed key is written as the settings accept it, and in no other way', () => {
    const names = fc.constantFrom('Enter', 'Escape', 'ArrowUp', 'F5', ' ', '+', 'Tab')
    const events = fc.record({
      key: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 2 }), names),
      code: fc.constantFrom('', 'KeyA', 'Digit1', 'Semicolon'),
      ctrlKey: fc.boolean(),
      metaKey: fc.boolean(),
      altKey: fc.boolean(),
      shiftKey: fc.boolean()
    })
    fc.assert(
      fc.property(events, event => {
        const keys = keysOf(press(event.key, event))
        if (keys !== undefined) expect(Keys.safeParse(keys).success).toBe(true)
      })
    )
  })
})

test.each(['Ctrl+K', 'Shift+Mod+K', 'Mod+', 'Mod+KK', 'K ', '+', 'Mod+Mod+K', '\n', 'Mod+F25'])(
  '%j is not a valid notation',
  keys => expect(Keys.safeParse(keys).success).toBe(false)
)

test('the settings hold a bounded number of keys', () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`action:${index}`, 'A']))
  expect(ChangedKeys.safeParse(many).success).toBe(false)
})

describe('the default keys', () => {
  const came = KEY_ACTIONS.filter(({ keys }) => keys !== '')

  test('are written as they are pressed, and each has one action', () => {
    expect(came.filter(({ keys }) => !Keys.safeParse(keys).success)).toEqual([])
    expect(new Set(came.map(({ keys }) => keys)).size).toBe(came.length)
  })

  test('are found by the pressed keys', () => {
    expect(actionOf(press('k', { ctrlKey: true }))).toBe('action:palette')
    expect(actionOf(press('?', { shiftKey: true }))).toBe('action:keys')
    expect(actionOf(press('3'))).toBe('page:catalog')
    expect(actionOf(press('N', { shiftKey: true }))).toBe('part:find-previous')
    expect(actionOf(press('q'))).toBeUndefined()
  })
})

describe('changed keys', () => {
  test('run their new action, and the old ones nothing', () => {
    setKeyMap(keyMap(withKeys({}, 'action:dock', 'Mod+D')))
    expect(actionOf(press('d', { ctrlKey: true }))).toBe('action:dock')
    expect(actionOf(press('j', { ctrlKey: true }))).toBeUndefined()
  })

  test('setting the default again is not a change', () => {
    expect(withKeys(withKeys({}, 'action:dock', 'Mod+D'), 'action:dock', 'Mod+J')).toEqual({})
  })

  test('an unknown action changes nothing', () => {
    expect(keyMap({ 'action:of-a-newer-version': 'Mod+D', toString: 'A' })).toEqual(keyMap({}))
  })

  test('an empty key matches nothing, not every action without a key', () => {
    expect(actionWith(keyMap({}), '')).toBeUndefined()
  })

  test('after any swaps every key still has one action, and none is lost', () => {
    const id = fc.constantFrom(...KEY_ACTIONS.map(action => action.id))
    const used = (map: Readonly<Record<KeyActionId, string>>) => Object.values(map).filter(Boolean).sort()
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id)), swaps => {
        let changed: ChangedKeys = {}
        for (const [one, other] of swaps) {
          const before = keyMap(changed)
          changed = withSwapped(changed, one, other)
          expect(keyMap(changed)).toMatchObject({ [one]: before[other], [other]: before[one] })
        }
        expect(used(keyMap(changed))).toEqual(used(keyMap({})))
      })
    )
  })
})

describe('reserved keys', () => {
  test.each([
    ['Esc', /every list and form/],
    ['Tab', /every list and form/],
    ['J', /every list/],
    ['Mod+C', /copies/],
    ['Mod+W', /browser/],
    ['Mod+T', /browser/],
    ['F5', /browser/],
    ['Alt+F4', /system/],
    ['Mod+Plus', /larger/],
    ['Mod+Shift+Left', /texts/],
    ['Alt+V', /menu/]
  ])('%s, with the reason', (keys, reason) => expect(reservedBecause(keys, '')).toMatch(reason))

  test.each(['Mod+D', 'Mod+Shift+K', 'Mod+Alt+P', 'X', '9', 'F8', 'Mod+;'])('%s is free', keys =>
    expect(reservedBecause(keys, '')).toBeUndefined()
  )

  test('the default key of an action can be set again', () => {
    expect(KEY_ACTIONS.filter(({ keys }) => reservedBecause(keys, keys))).toEqual([])
  })
})

test('a key that types has no other effect in a text field', () => {
  vi.stubGlobal(
    'HTMLElement',
    class extends EventTarget {
      readonly tagName = 'INPUT'
      closest = () => null
    }
  )
  const target = new HTMLElement()
  setKeyMap(keyMap({ 'part:save': 'X', 'action:dock': 'Mod+D' }))
  expect(actionOf(press('x'))).toBe('part:save')
  expect(actionOf(press('x', { target }))).toBeUndefined()
  expect(actionOf(press('d', { target, ctrlKey: true }))).toBe('action:dock')
  vi.unstubAllGlobals()
})

test('keys that type nothing also work in a field', () => {
  expect(['Mod+K', 'Alt+X', 'F8', 'Shift+F8'].filter(isChord)).toHaveLength(4)
  expect(['K', 'Shift+N', '?', 'Enter', 'Plus'].filter(isChord)).toEqual([])
})

test('keys as each system writes them', () => {
  expect(keyLabel('Mod+Shift+K', false)).toBe('Ctrl+Shift+K')
  expect(keyLabel('Mod+Alt+Shift+Up', true)).toBe('⌘⌥⇧↑')
  expect(keyLabel('Mod+Plus', false)).toBe('Ctrl++')
  expect(keyLabel('', false)).toBe('')
})

test('keys as the menu of the app writes them', () => {
  expect(acceleratorOf('Mod+Shift+K')).toBe('CmdOrCtrl+Shift+K')
  expect(acceleratorOf('?')).toBe('?')
  expect(acceleratorOf('')).toBeUndefined()
  expect(acceleratorOf('Mod+Ö')).toBeUndefined()
})
