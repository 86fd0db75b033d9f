/** Edits of a manifest: the intended value, and no other byte. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { applyEdits, type TextEdit } from '#shared/finding.ts'
import { moveEnv, setValue } from '#shared/manifest-text/edit.ts'
import { parseToml } from '#shared/manifest-text/parse.ts'
import { editPath, editValue, manifestText, RUNS } from './manifests.ts'

type Values = Record<string, unknown>

function valuesOf(text: string): Values {
  const { values, findings } = parseToml(text)
  expect(findings).toEqual([])
  return structuredClone(values ?? {}) as Values
}

function at(values: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Values | undefined)?.[part], values)
}

function edited(
  text: string,
  path: readonly (string | number)[],
  value: Parameters<typeof setValue>[2]
): string {
  return applyEdits(text, setValue(text, path, value))
}

/** Returns undefined if the edit is refused, which must be an AppError. */
function tryEdits(edit: () => TextEdit[]): TextEdit[] | undefined {
  try {
    return edit()
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    return undefined
  }
}

/** `[App.Extra]` without `[App]`: adding to App creates its header, which removing the key leaves. */
function isImplied(text: string, path: readonly (string | number)[]): boolean {
  return path[0] === 'App' && /^[ \ufeff]*\[App\.Extra\]/m.test(text) && !/^[ \ufeff]*\[App\]/m.test(text)
}

/** Removes what was set at `path`, and containers that are then empty, so that two value trees can be compared. */
function without(values: Values, path: readonly (string | number)[]): Values {
  const copy = structuredClone(values)
  const [first = '', ...rest] = path
  if (rest.length === 0) delete copy[first]
  else if (copy[first] !== undefined) {
    const inner = copy[first]
    const pruned = without(inner as Values, rest)
    const values = Array.isArray(inner) ? Object.values(pruned) : pruned
    if (Object.keys(values).length === 0) delete copy[first]
    else copy[first] = values
  }
  return copy
}

describe('setValue', () => {
  test('sets the intended value, and leaves every other', () => {
    fc.assert(
      fc.property(manifestText, editPath, editValue, (text, path, value) => {
        const before = valuesOf(text)
        const edits = tryEdits(() => setValue(text, path, value))
        if (!edits) return
        const after = valuesOf(applyEdits(text, edits))
        expect(at(after, path)).toEqual(value)
        expect(without(after, path)).toEqual(without(before, path))
      }),
      { numRuns: RUNS }
    )
  })

  test('followed by its inverse restores the same bytes', () => {
    fc.assert(
      fc.property(manifestText, editPath, editValue, (text, path, value) => {
        const before = valuesOf(text)
        const old = at(before, path)
        const edits = tryEdits(() => setValue(text, path, value))
        if (!edits || old !== undefined || isImplied(text, path)) return
        const after = applyEdits(text, edits)
        let made = path
        while (made.length > 1 && at(before, made.slice(0, -1)) === undefined) made = made.slice(0, -1)
        if (made.length === 1 && path.length > 1 && typeof path[1] === 'number') made = path.slice(0, 2)
        expect(edited(after, made, undefined)).toBe(text)
      }),
      { numRuns: RUNS }
    )
  })

  test('a replaced text set back restores the same bytes', () => {
    fc.assert(
      fc.property(manifestText, editPath, fc.string({ unit: 'grapheme' }), (text, path, value) => {
        const old = at(valuesOf(text), path)
        if (typeof old !== 'string' || /['\n\p{C}]/u.test(value)) return
        expect(edited(edited(text, path, value), path, old)).toBe(text)
      }),
      { numRuns: RUNS }
    )
  })

  test('a list changed and set back restores the same bytes', () => {
    fc.assert(
      fc.property(manifestText, editPath, fc.array(fc.constantFrom('a', 'b', 'c')), (text, path, value) => {
        const old = at(valuesOf(text), path)
        if (!Array.isArray(old) || !old.every(item => typeof item === 'string')) return
        const there = edited(text, path, value)
        expect(edited(there, path, old)).toBe(text)
      }),
      { numRuns: RUNS }
    )
  })

  test('removing deletes the value and nothing else', () => {
    fc.assert(
      fc.property(manifestText, editPath, (text, path) => {
        const before = valuesOf(text)
        const after = valuesOf(edited(text, path, undefined))
        expect(at(after, path)).toBeUndefined()
        expect(without(after, path)).toEqual(without(before, path))
      }),
      { numRuns: RUNS }
    )
  })

  test('edits are sorted, do not overlap and are inside the text', () => {
    fc.assert(
      fc.property(manifestText, editPath, fc.option(editValue, { nil: undefined }), (text, path, value) => {
        let position = 0
        for (const edit of tryEdits(() => setValue(text, path, value)) ?? []) {
          expect(edit.from).toBeGreaterThanOrEqual(position)
          expect(edit.to).toBeGreaterThanOrEqual(edit.from)
          position = edit.to
        }
        expect(position).toBeLessThanOrEqual(text.length)
      })
    )
  })

  const GUIDE = '[App]\nName = "a" # the name\nTitle = \'T\'\n\n[Runtime]\nModule = "m"\n'

  test.each<[string, string, readonly (string | number)[], Parameters<typeof setValue>[2], string]>([
    ['keeps the quotes', "[App]\nTitle = 'T'\n", ['App', 'Title'], 'U', "[App]\nTitle = 'U'\n"],
    ['changes quotes it must', "[App]\nTitle = 'T'\n", ['App', 'Title'], "it's", '[App]\nTitle = "it\'s"\n'],
    [
      'writes long text over lines',
      '[App]\n',
      ['App', 'Description'],
      'a\nb',
      '[App]\nDescription = """\na\nb"""\n'
    ],
    [
      'keeps line breaks',
      '[App]\r\nA = 1\r\n',
      ['App', 'B'],
      'x\ny',
      '[App]\r\nA = 1\r\nB = """\r\nx\r\ny"""\r\n'
    ],
    ['keeps indentation', '[App]\n  Name="a"\n', ['App', 'Title'], 'T', '[App]\n  Name="a"\n  Title="T"\n'],
    [
      'follows the order of the guide',
      GUIDE,
      ['App', 'Version'],
      '1.0.0',
      GUIDE.replace('name\n', 'name\nVersion = "1.0.0"\n')
    ],
    [
      'puts Runtime after App',
      '[App]\nName = "a"\n\n[[Env]]\nName = "E"\n',
      ['Runtime', 'Module'],
      'm',
      '[App]\nName = "a"\n\n[Runtime]\nModule = "m"\n\n[[Env]]\nName = "E"\n'
    ],
    [
      'puts App first',
      '# about\n\n[Runtime]\nModule = "m"\n',
      ['App', 'Name'],
      'a',
      '# about\n\n[App]\nName = "a"\n\n[Runtime]\nModule = "m"\n'
    ],
    ['appends a row', `${GUIDE}`, ['Env', 0, 'Name'], 'E', `${GUIDE}\n[[Env]]\nName = "E"\n`],
    ['starts a manifest', '', ['App', 'Name'], 'a', '[App]\nName = "a"\n'],
    [
      'writes into inline tables',
      'App = { Name = "a" }\n',
      ['App', 'Title'],
      'T',
      'App = { Name = "a", Title = "T" }\n'
    ],
    ['writes dotted keys', 'App.Name = "a"\n', ['App', 'Title'], 'T', 'App.Name = "a"\nApp.Title = "T"\n'],
    [
      'appends an inline row',
      'Env = [{ Name = "A" }]\n',
      ['Env', 1, 'Name'],
      'B',
      'Env = [{ Name = "A" }, { Name = "B" }]\n'
    ],
    [
      'keeps comments of lists',
      'K = [\n  "a", # one\n  "b"\n]\n',
      ['K'],
      ['a', 'c'],
      'K = [\n  "a", # one\n  "c"\n]\n'
    ],
    [
      'adds to lists over lines',
      'K = [\n  "a",\n  "b",\n]\n',
      ['K'],
      ['a', 'b', 'c'],
      'K = [\n  "a",\n  "b",\n  "c",\n]\n'
    ],
    [
      'removes a row',
      '[[Env]]\nName = "A"\n\n[[Env]]\nName = "B"\n',
      ['Env', 0],
      undefined,
      '[[Env]]\nName = "B"\n'
    ],
    [
      'removes a line with its comment',
      GUIDE,
      ['App', 'Name'],
      undefined,
      GUIDE.replace('Name = "a" # the name\n', '')
    ],
    [
      'takes the end of a text for no comment',
      'a = """\n#"""\n[App.Extra]\n',
      ['App', 'Name'],
      'n',
      'a = """\n#"""\n\n[App]\nName = "n"\n[App.Extra]\n'
    ],
    ['changes nothing for the same value', "a = 'x'\n", ['a'], 'x', "a = 'x'\n"]
  ])('%s', (_, text, path, value, expected) => {
    expect(edited(text, path, value)).toBe(expected)
  })

  test.each<[string, readonly (string | number)[]]>([
    ['not = toml = at all', ['App', 'Name']],
    ['[App]\nName = "a"\n', ['App']],
    ['[[Env]]\nName = "a"\n', ['Env', 5, 'Name']],
    ['App = "text"\n', ['App', 'Name']],
    ['', []]
  ])('refuses an invalid place: %j %j', (text, path) => {
    expect(() => setValue(text, path, 'x')).toThrow(AppError)
  })
})

describe('moveEnv', () => {
  const rows = '# first\n[[Env]]\nName = "A"\n\n# about B\n[[Env]]\nName = "B" # b\n\n\n[[Env]]\nName = "C"\n'

  test('moves a row with the comments above it', () => {
    expect(applyEdits(rows, moveEnv(rows, 1, 0))).toBe(
      '# about B\n[[Env]]\nName = "B" # b\n\n# first\n[[Env]]\nName = "A"\n\n\n[[Env]]\nName = "C"\n'
    )
  })

  test('moves rows as lists do, and back to the same bytes', () => {
    fc.assert(
      fc.property(manifestText, fc.nat(2), fc.nat(2), (text, from, to) => {
        const before = valuesOf(text).Env as unknown[] | undefined
        const edits = tryEdits(() => moveEnv(text, from, to))
        if (!edits || !before) return
        const after = applyEdits(text, edits)
        expect(valuesOf(after).Env).toEqual(before.toSpliced(from, 1).toSpliced(to, 0, before[from]))
        expect(applyEdits(after, moveEnv(after, to, from))).toBe(text)
      }),
      { numRuns: RUNS }
    )
  })

  test('moves rows of an inline list', () => {
    const text = 'Env = [{ Name = "A" }, { Name = "B" }]'
    expect(applyEdits(text, moveEnv(text, 0, 1))).toBe('Env = [{ Name = "B" }, { Name = "A" }]')
  })

  test('refuses a row that does not exist', () => {
    expect(() => moveEnv(rows, 0, 3)).toThrow('no Env row 3')
  })
})
