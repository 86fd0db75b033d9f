/** Texts in the user's language, and that each language's catalog is complete. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { differences, textsIn, textsOf } from '../../scripts/texts.mjs'
import { count, decimal, pieces, plural, speak, t } from '../../src/shared/language.ts'
import { LANGUAGES, languageFor, speakLanguage, spoken } from '../../src/shared/languages/index.ts'

afterEach(() => speakLanguage('en'))

const list = (strings: TemplateStringsArray, ...values: readonly unknown[]) => pieces(strings, values)

describe('texts', () => {
  test('are those of the source if no other language is set, or the catalog lacks them', () => {
    expect(t`Remove ${'a'} of ${2}?`).toBe('Remove a of 2?')
    speak('de', {})
    expect(t`Remove ${'a'} of ${2}?`).toBe('Remove a of 2?')
  })

  test('take their values where the other language has them', () => {
    speak('de', { 'Remove {0} of {1}?': 'Aus {1} {0} entfernen?' })
    expect(t`Remove ${'a'} of ${2}?`).toBe('Aus 2 a entfernen?')
    expect(list`Remove ${true} of ${null}?`).toEqual(['Aus ', null, ' ', true, ' entfernen?'])
  })

  test('insert a value unchanged, whatever it contains', () => {
    speak('de', { '{0} of {1}': '{1}: {0}' })
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('{0}', '{1}', '$&', "$'", '$1'), (one, other) => {
        expect(t`${one} of ${other}`).toBe(`${other}: ${one}`)
      })
    )
  })

  test('have one space for a line break in the source', () => {
    expect(t`one
      two`).toBe('one two')
  })
})

describe('numbers', () => {
  test('are written as the language does', () => {
    expect([count(1204), decimal(1.25, 1), decimal(1.5, 2)]).toEqual(['1,204', '1.3', '1.5'])
    speak('de', {})
    expect([count(1204), decimal(1.25, 1), decimal(1.5, 2)]).toEqual(['1.204', '1,3', '1,5'])
  })

  test('choose their text by the rules of the language', () => {
    expect([plural(1, 'entry', 'entries'), plural(0, 'entry', 'entries'), plural(1204, 'file')]).toEqual([
      '1 entry',
      '0 entries',
      '1,204 files'
    ])
    speak('pl', { '{0} file': { one: '{0} plik', few: '{0} pliki', other: '{0} plików' } })
    expect([1, 3, 5].map(files => plural(files, 'file'))).toEqual(['1 plik', '3 pliki', '5 plików'])
  })
})

describe('languages', () => {
  test.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['de_CH.UTF-8', 'de'],
    ['en-GB', 'en'],
    ['C', 'en'],
    ['fr-FR', 'en'],
    ['', 'en']
  ])('for a system in "%s" it is %s', (locale, language) => expect(languageFor(locale)).toBe(language))

  test('one is used from the moment it is set', async () => {
    await speakLanguage('de')
    expect(spoken()).toBe('de')
    expect(t`Settings`).toBe('Einstellungen')
  })

  test('each has a catalog, and each catalog has a language', async () => {
    const files = (await readdir(folder)).filter(name => name.endsWith('.json'))
    expect(files.sort()).toEqual(others.map(language => `${language}.json`).sort())
  })
})

const folder = join(import.meta.dirname, '../../src/shared/languages')
const others = LANGUAGES.filter(language => language !== 'en')

describe.each(others)('the catalog of "%s"', language => {
  test('has every text of the sources with its values, and no other', async () => {
    const catalog = JSON.parse(await readFile(join(folder, `${language}.json`), 'utf8'))
    expect(differences(await textsOf(), catalog)).toEqual({ missing: [], unused: [], wrong: [] })
  })

  test('has the plural forms its language needs', async () => {
    const catalog: Record<string, unknown> = JSON.parse(
      await readFile(join(folder, `${language}.json`), 'utf8')
    )
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort()
    for (const entry of Object.values(catalog)) {
      if (typeof entry === 'object' && entry !== null) expect(Object.keys(entry).sort()).toEqual(needed)
    }
  })
})

describe('texts of a source are found', () => {
  const keysOf = (source: string) => textsIn(source, join('src', 'renderer', 'a.tsx')).map(({ key }) => key)

  test('in templates, elements and counted words', () => {
    expect(
      keysOf(`const a = <p title={t\`One \${b}\`}>{rich\`Two \${<i />} and \${c}\`}</p>; plural(n, 'file')`)
    ).toEqual(['One {0}', 'Two {0} and {1}', '{0} file'])
  })

  test('and refused if a translator could not know them', () => {
    expect(() => keysOf('plural(n, word)')).toThrow('as they are')
    expect(() => keysOf('t`one\\ntwo`')).toThrow('line breaks')
  })

  test('in a host only where they are made after a language is set', () => {
    const inHost = (source: string) => textsIn(source, join('src', 'main', 'a.ts')).map(({ key }) => key)
    expect(inHost('const words = () => t`Two`; class A { get a() { return t`Three` } }')).toEqual([
      'Two',
      'Three'
    ])
    expect(() => inHost('const word = t`One`')).toThrow('before a language is spoken')
  })
})

describe('a catalog compared with the texts', () => {
  const texts = new Map(
    textsIn(`() => [t\`Remove \${a}\`, plural(n, 'file')]`, 'a.ts').map(text => [text.key, text] as const)
  )

  test('may lack a text, have one too many, lose or repeat a value, or the forms of a number', () => {
    expect(differences(texts, { 'Remove {0}': '{0} entfernen', Gone: 'Weg' })).toEqual({
      missing: [{ key: '{0} file', isPlural: true }],
      unused: ['Gone'],
      wrong: []
    })
    const wrong = (catalog: Record<string, unknown>) => differences(texts, catalog).wrong
    expect(wrong({ 'Remove {0}': 'Entfernen', '{0} file': '{0} Dateien' })).toEqual([
      'Remove {0}',
      '{0} file'
    ])
    expect(wrong({ 'Remove {0}': '{0} {0}', '{0} file': { one: 'Datei', other: '{0} Dateien' } })).toEqual([
      'Remove {0}',
      '{0} file'
    ])
  })
})
