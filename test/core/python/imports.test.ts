/** The imports that are found in a Python source. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readImports } from '#core/python/imports.ts'

/** `a.b`, `..a(x,y)` for `from ..a import x, y`; a `?` follows an optional import. */
function written(source: string): string[] {
  return readImports(source).map(({ level, module, names, optional }) => {
    const taken = names.length > 0 ? `(${names.join(',')})` : ''
    return `${'.'.repeat(level)}${module}${taken}${optional ? '?' : ''}`
  })
}

test.each<[what: string, source: string, imports: readonly string[]]>([
  ['names in a row', 'import a.b as c, d\n', ['a.b', 'd']],
  ['names of a module', 'from a.b import c as d, e\n', ['a.b(c,e)']],
  ['all of a module', 'from a import *', ['a(*)']],
  [
    'a name of the own package',
    'from . import x\nfrom ...up.pkg import y\nfrom .import z',
    ['.(x)', '...up.pkg(y)', '.(z)']
  ],
  ['brackets over lines', 'from a import ( # why\n    b,\n    c,\n)\nimport d', ['a(b,c)', 'd']],
  ['a line that goes on', 'import \\\r\n  a, \\\r\n  b\r\nimport c', ['a', 'b', 'c']],
  ['statements in one line', 'x = 1; import a; import b', ['a', 'b']],
  ['words that look alike', 'important = 1\nfrom_ = 2\nimport_me()\nyield_ = 1\n', []],
  ['comments', '# import a\nimport b # import c\n', ['b']],
  ['strings', "\"import a\"\n'''\nimport b\n'''\nx = \"\\\"\\\nimport c\"\nimport d", ['d']],
  ['a raw string', "r'\\'\nimport a\n'''", ['a']],
  ['a string that is not closed', 'x = "abc\nimport a\n', ['a']],
  ['strings inside of f-strings', `f"{x['import a']}" f'''{"import b"}'''\nimport c`, ['c']],
  ['a text that is not closed', '"""\nimport a\n', []],
  ['a bracket that is not closed', 'x = (\nimport a\n', []],
  ['a function', 'def f():\n    import a\nclass C:\n\timport b\n', ['a', 'b']],
  ['a function in one line', 'def f(x: int = 1): import a', ['a']],
  ['types only', 'if TYPE_CHECKING:\n    import a\nimport b', ['a?', 'b']],
  [
    'what may be missing',
    'try:\n  import a\nexcept ImportError:\n  import b\nelse:\n  import c\nimport d',
    ['a?', 'b?', 'c?', 'd']
  ],
  ['one line that may fail', 'try: import a\nexcept: import b\nimport c', ['a?', 'b?', 'c']],
  ['a function below a condition', 'if x:\n  def f():\n    import a\n  y = 1\nimport b', ['a?', 'b']],
  ['errors that are suppressed', 'with suppress(ImportError):\n    import a\nimport b', ['a?', 'b']],
  ['another context', 'with open(x) as f:\n    import a', ['a']],
  ['a comment further left', 'if x:\n    y = 1\n# no\n    import a\nimport b', ['a?', 'b']],
  ['a byte order mark', '\ufeffimport a', ['a']],
  ['old line ends', 'import a\rimport b', ['a', 'b']],
  ['names in other letters', 'import größe.ähm', ['größe.ähm']],
  ['what is no import', 'import\nfrom\nfrom a\nimport 1\nfrom import b\nimport a.\nraise x from a', []]
])('%s', (_, source, imports) => expect(written(source)).toEqual(imports))

test('each is placed at the module it names', () => {
  const source = 'x = """\n"""; import a.b as c, d\nfrom ..e import f\nfrom . import g\n'
  const places = readImports(source).map(({ range }) => source.slice(range.from, range.to))
  expect(places).toEqual(['a.b', 'd', '..e', '.'])
})

const PIECES = [
  ...['import', 'from', 'as', 'if', 'try', 'def f():', 'else', 'a', 'b.c', '.', ',', ';', ':', '*', '\\'],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    "'",
    '"',
    "'''",
    '"""',
    '#',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    '\f',
    '\ufeff',
    'ä',
    '\0'
  ]
]

test('no text makes it throw, and each place is inside the text', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 80 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 })
  )
  fc.assert(
    fc.property(text, source => {
      for (const { range, module } of readImports(source)) {
        expect(range.from).toBeGreaterThanOrEqual(0)
        expect(range.to).toBeLessThanOrEqual(source.length)
        if (/^\w+$/.test(module)) expect(source.slice(range.from, range.to)).toContain(module)
      }
    }),
    { numRuns: 2000 }
  )
})

test('an import is found after lines of any kind', () => {
  const line = fc.constantFrom(
    'x = 1',
    '# import no',
    'y = "import no"',
    "'''\nimport no\n'''",
    'z = [1,\n 2]',
    'def f():\n  pass'
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      const source = [...lines, 'import yes'].join('\n').replaceAll('\n', end)
      expect(written(source)).toEqual(['yes'])
    })
  )
})

test.each<[what: string, unit: string]>([
  ['quotes', '"'],
  ['apostrophes', "'"],
  ['backslashes', '\\'],
  ['brackets', '('],
  ['conditions', 'if x:\n '],
  ['dots', 'from .'],
  ['names', 'import a,'],
  ['escapes', '"\\'],
  ['texts', '"""a\\']
])('half a mebibyte of %s ends', (_, unit) => {
  expect(readImports(unit.repeat(Math.ceil((512 * 1024) / unit.length))).length).toBeLessThanOrEqual(2000)
})
