/** Manifests for property tests: every layout TOML allows, with comments, blank lines, either line break and a BOM. */
import fc from 'fast-check'

/** Number of runs for each property; Q8S_TEST_RUNS sets a higher one for a longer search. */
export const RUNS = Number(process.env.Q8S_TEST_RUNS ?? 300)

/** Text without control characters, whose basic TOML string is what an edit would write. */
const plain = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map(text => text.replace(/["'\\\p{C}\p{Z}]/gu, '-'))

const scalar = fc.oneof(
  plain.map(text => JSON.stringify(text)),
  plain.map(text => `'${text}'`),
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.boolean().map(String),
  fc.array(plain, { maxLength: 3 }).map(list => `[${list.map(item => JSON.stringify(item)).join(', ')}]`),
  fc.constantFrom(
    '1979-05-27T07:32:00Z',
    '1.5',
    '0x1f',
    '{ a = 1, b = "two" }',
    '[ 1, 2, # three\n 3 ]',
    '{}',
    '[]'
  ),
  fc.array(plain, { minLength: 1, maxLength: 3 }).map(lines => `"""\n${lines.join('\n')}"""`),
  fc.array(plain, { minLength: 1, maxLength: 3 }).map(lines => `'''\n${lines.join('\n')}'''`)
)
const trivia = fc.constantFrom('', '', '', '\n', '# comment\n', '  # indented\n', '\n\n', '# a\n# b\n\n')
const trailing = fc.constantFrom('', '', '', ' # why', '  ')
const equals = fc.constantFrom(' = ', ' = ', '=', '  =  ')

const APP = [
  'Name',
  'Version',
  'Title',
  'Description',
  'Category',
  'Keywords',
  'LongDescription',
  '"odd key"'
]
const RUNTIME = ['Module', 'VolumeMount', 'VolumeSize', 'MemoryLimit', 'MemoryReservation', 'GPUCount']
const ENV = ['Name', 'Secret', 'SecretKey', 'Value']

function body(keys: readonly string[]) {
  return fc
    .subarray([...keys])
    .chain(chosen =>
      fc.tuple(...chosen.map(key => fc.tuple(trivia, fc.constant(key), equals, scalar, trailing)))
    )
    .map(lines =>
      lines.map(([before, key, sign, value, after]) => `${before}${key}${sign}${value}${after}\n`).join('')
    )
}

function table(header: string, keys: readonly string[]) {
  return fc
    .tuple(trivia, fc.constantFrom('', '', '  '), trailing, body(keys))
    .map(([before, indent, after, lines]) => `${before}${indent}${header}${after}\n${lines}`)
}

const sections = fc.tuple(
  fc.option(table('[App]', APP), { nil: '' }),
  fc.option(table('[Runtime]', RUNTIME), { nil: '' }),
  fc.array(table('[[Env]]', ENV), { maxLength: 3 }),
  fc.option(table('[Brand]', ['Color']), { nil: '' }),
  fc.option(table('[App.Extra]', ['Color']), { nil: '' })
)

/** TOML with some of a manifest's tables and keys, right or wrong. */
export const manifestText = fc
  .tuple(sections, fc.boolean(), fc.boolean(), fc.boolean(), trivia)
  .map(([[app, runtime, env, brand, extra], crlf, bom, cut, end]) => {
    const text = app + runtime + env.join('') + brand + extra + end
    const ended = cut ? text.replace(/\n$/, '') : text
    return (bom ? '\ufeff' : '') + (crlf ? ended.replaceAll('\n', '\r\n') : ended)
  })

export const editPath = fc.oneof(
  fc.constantFrom(...APP.slice(0, 7)).map(key => ['App', key]),
  fc.constantFrom(...RUNTIME).map(key => ['Runtime', key]),
  fc.tuple(fc.nat(3), fc.constantFrom(...ENV)).map(([row, key]) => ['Env', row, key]),
  fc.constantFrom(['Brand', 'Font'], ['New', 'Key'], ['New', 'Deep', 'Key'], ['File', 0, 'Path'], ['Top'])
)

export const editValue = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('"', "'", '\\', '\n', '\r', '\t', 'a', '\u0007', ' ') }),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 })
)
