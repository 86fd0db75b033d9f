/** Form and text of a manifest stay in sync: a change in the form changes its value in the text, and no other byte. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Change,
  editsOf,
  envRows,
  extraKeys,
  type FormModel,
  fieldOf,
  readForm,
  textsOf
} from '../../../src/renderer/features/project/manifest/form-model.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { applyEdits, type TextEdit } from '../../../src/shared/finding.ts'
import { editPath, manifestText, RUNS } from '../../shared/manifest-text/manifests.ts'

function form(text: string): FormModel {
  const read = readForm(text)
  if ('fault' in read) throw new Error(read.fault.message)
  return read
}

/** Returns undefined if the form refuses the change, which must be an AppError. */
function changed(text: string, change: Change): string | undefined {
  try {
    return applyEdits(text, editsOf(form(text), change))
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    return undefined
  }
}

/** The undo of an edit: each inserted text becomes the text it replaced. */
function inverse(text: string, edits: readonly TextEdit[]): TextEdit[] {
  let shift = 0
  return edits.map(({ from, to, insert }) => {
    const start = from + shift
    shift += insert.length - (to - from)
    return { from: start, to: start + insert.length, insert: text.slice(from, to) }
  })
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    path: editPath,
    value: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined })
  }),
  fc.record({ kind: fc.constant('move' as const), from: fc.nat(2), to: fc.nat(2) })
)

describe('the form', () => {
  test('shows what was typed into it', () => {
    const typed = fc.string({ unit: 'grapheme' }).filter(text => !/[\r\p{Surrogate}]/u.test(text))
    fc.assert(
      fc.property(manifestText, editPath, typed, (text, path, value) => {
        const after = changed(text, { kind: 'set', path, value })
        if (after === undefined) return
        expect(fieldOf(form(after), path)).toMatchObject({ text: value, present: true, odd: false })
      }),
      { numRuns: RUNS }
    )
  })

  test('any changes, undone in turn, restore the same bytes', () => {
    fc.assert(
      fc.property(manifestText, fc.array(change, { maxLength: 6 }), (text, changes) => {
        const undo: TextEdit[][] = []
        let now = text
        for (const step of changes) {
          try {
            const edits = editsOf(form(now), step)
            undo.push(inverse(now, edits))
            now = applyEdits(now, edits)
          } catch (error) {
            expect(error).toBeInstanceOf(AppError)
          }
        }
        for (const edits of undo.reverse()) now = applyEdits(now, edits)
        expect(now).toBe(text)
      }),
      { numRuns: RUNS }
    )
  })

  test('one typed letter adds one letter to the text', () => {
    const text = '[App] # mine\nName = "a" # why\nTitle = \'Tit\'\n'
    const edits = editsOf(form(text), { kind: 'set', path: ['App', 'Title'], value: 'Titl' })
    expect(edits).toEqual([{ from: text.indexOf("'\n"), to: text.indexOf("'\n"), insert: 'l' }])
  })

  test('does not exist for invalid TOML, and shows where and why', () => {
    const read = readForm('[App]\nName = my app\n')
    expect(read).toMatchObject({ fault: { rule: 'toml-syntax', line: 2 } })
  })

  test('distinguishes missing, empty, and wrongly typed values', () => {
    const model = form(
      '[App]\nName = ""\nVersion = 1\nKeywords = ["a", "b"]\nTitle = [1]\n[Runtime]\nMemoryLimit = 5\n'
    )
    expect(fieldOf(model, ['App', 'Description'])).toMatchObject({ present: false, text: '' })
    expect(fieldOf(model, ['App', 'Name'])).toMatchObject({ present: true, text: '' })
    expect(fieldOf(model, ['App', 'Version'])).toMatchObject({ odd: true, locked: false, text: '1' })
    expect(fieldOf(model, ['App', 'Title'])).toMatchObject({ odd: true, locked: true, text: '[1]' })
    expect(textsOf(model, ['App', 'Keywords'])).toEqual(['a', 'b'])
    expect(textsOf(model, ['App', 'Version'])).toBeUndefined()
  })

  test('is not confused by names of the language', () => {
    const model = form('[App]\n"__proto__" = "x"\n')
    expect(fieldOf(model, ['App', 'toString'])).toMatchObject({ present: false })
    expect(fieldOf(model, ['constructor', 'name'])).toMatchObject({ present: false })
  })

  test('lists the rows of the environment', () => {
    const model = form(
      '[[Env]]\nName = "A"\nSecret = "s"\nSecretKey = "k"\n[[Env]]\nName = "B"\nValue = "v"\n'
    )
    const rows = envRows(model)?.map(row => [
      row.name.text,
      row.secret.text,
      row.secretKey.text,
      row.value.text
    ])
    expect(rows).toEqual([
      ['A', 's', 'k', ''],
      ['B', '', '', 'v']
    ])
    expect(envRows(form('Env = 1\n'))).toBeUndefined()
  })

  test("lists keys that the guide does not define, and marks those of today's apps", () => {
    const extras = extraKeys(
      form(
        'Top = 1\n[App]\nName = "n"\nLongDescription = "l"\nmine = [1,\n 2]\n[Brand]\nColor = "red"\n[[Env]]\nName = "A"\nOptional = true\n'
      )
    )
    expect(extras.map(({ name, toml, today }) => [name, toml, today])).toEqual([
      ['Top', '1', undefined],
      ['App.LongDescription', '"l"', 'text'],
      ['App.mine', '[1, 2]', undefined],
      ['Brand', '[Brand]', undefined],
      ['Env[0].Optional', 'true', 'boolean']
    ])
  })
})

test('typed text shows in its field, and in no other, before the text is parsed', () => {
  const model = form('[App]\nName = "a"\nTitle = 1\n\n[[Env]]\nName = "ONE"\n')
  const typed = { ...model, typed: { path: ['App', 'Title'], text: 'Typed' } }
  expect(fieldOf(typed, ['App', 'Title'])).toEqual({
    text: 'Typed',
    present: true,
    odd: false,
    locked: false
  })
  expect(fieldOf(typed, ['App', 'Name']).text).toBe('a')
  const row = { ...model, typed: { path: ['Env', 0, 'Secret'], text: 's' } }
  expect(envRows(row)?.[0]).toMatchObject({ name: { text: 'ONE' }, secret: { text: 's', present: true } })
})
