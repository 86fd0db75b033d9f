/** Keys: written one way, matched as they were recorded, one thing each, and none that is somebody else's. */
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

describe('keys as they are pressed', () => {
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
    '%j is none of ours',
    key => expect(keysOf(press(key, { code: 'KeyA', ctrlKey: true }))).toBeUndefined()
  )

  test('what an input method composes is text', () => {
    expect(keysOf(press('k', { ctrlKey: true, isComposing: true }))).toBeUndefined()
  })

  test('whatever is pressed is written as the settings take it, and in no other way', () => {
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
  '%j is not how keys are written',
  keys => expect(Keys.safeParse(keys).success).toBe(false)
)

test('the settings hold no more keys than there can be actions', () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`action:${index}`, 'A']))
  expect(ChangedKeys.safeParse(many).success).toBe(false)
})

describe('the keys actions come with', () => {
  const came = KEY_ACTIONS.filter(({ keys }) => keys !== '')

  test('are written as they are pressed, and one thing each', () => {
    expect(came.filter(({ keys }) => !Keys.safeParse(keys).success)).toEqual([])
    expect(new Set(came.map(({ keys }) => keys)).size).toBe(came.length)
  })

  test('are found by what is pressed', () => {
    expect(actionOf(press('k', { ctrlKey: true }))).toBe('action:palette')
    expect(actionOf(press('?', { shiftKey: true }))).toBe('action:keys')
    expect(actionOf(press('3'))).toBe('page:catalog')
    expect(actionOf(press('N', { shiftKey: true }))).toBe('part:find-previous')
    expect(actionOf(press('q'))).toBeUndefined()
  })
})

describe('keys that were changed', () => {
  test('do what they were given to, and the old ones nothing', () => {
    setKeyMap(keyMap(withKeys({}, 'action:dock', 'Mod+D')))
    expect(actionOf(press('d', { ctrlKey: true }))).toBe('action:dock')
    expect(actionOf(press('j', { ctrlKey: true }))).toBeUndefined()
  })

  test('back to those it came with is no change', () => {
    expect(withKeys(withKeys({}, 'action:dock', 'Mod+D'), 'action:dock', 'Mod+J')).toEqual({})
  })

  test('an action nobody knows changes nothing', () => {
    expect(keyMap({ 'action:of-a-newer-version': 'Mod+D', toString: 'A' })).toEqual(keyMap({}))
  })

  test('no keys mean none, not every action without', () => {
    expect(actionWith(keyMap({}), '')).toBeUndefined()
  })

  test('after any swaps every key still does one thing, and none is lost', () => {
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

describe('keys no action can have', () => {
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

  test('what an action came with it can have again', () => {
    expect(KEY_ACTIONS.filter(({ keys }) => reservedBecause(keys, keys))).toEqual([])
  })
})

test('a key that types does nothing else where a text is typed', () => {
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

test('keys that type nothing are taken in a field too', () => {
  expect(['Mod+K', 'Alt+X', 'F8', 'Shift+F8'].filter(isChord)).toHaveLength(4)
  expect(['K', 'Shift+N', '?', 'Enter', 'Plus'].filter(isChord)).toEqual([])
})

test('keys in the words of each computer', () => {
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
