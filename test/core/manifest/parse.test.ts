/** Any input becomes text and findings, never an exception. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkManifest, checkProject } from '#core/manifest/check.ts'
import { parseManifest } from '#core/manifest/parse.ts'
import { applyEdits, Finding } from '#shared/finding.ts'
import { Manifest } from '#shared/manifest.ts'
import { manifestText, RUNS } from '../../shared/manifest-text/manifests.ts'

const GOOD = '[App]\nName = "my-app"\nVersion = "1.0.0"\n\n[Runtime]\nModule = "app"\n'

function bytes(...parts: (string | number)[]): Uint8Array {
  return Buffer.concat(
    parts.map(part => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part])))
  )
}

/** Every rule that holds for the findings of any input. */
function holds(source: Uint8Array | string): void {
  const { text, manifest } = parseManifest(source)
  if (manifest) expect(Manifest.parse(manifest)).toEqual(manifest)
  for (const finding of checkManifest(source, 'q-app.toml').findings) {
    Finding.parse(finding)
    const { range, fix } = finding
    if (range) {
      expect(range.from).toBeLessThanOrEqual(range.to)
      expect(range.to).toBeLessThanOrEqual(text.length)
      const before = text.slice(0, range.from).split('\n')
      expect([finding.line, finding.column]).toEqual([before.length, (before.at(-1)?.length ?? 0) + 1])
    }
    let position = 0
    for (const edit of fix?.edits ?? []) {
      expect(edit.from).toBeGreaterThanOrEqual(position)
      expect(edit.to).toBeGreaterThanOrEqual(edit.from)
      position = edit.to
    }
    expect(position).toBeLessThanOrEqual(text.length)
  }
}

describe('any input gives findings and never throws', () => {
  test('bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), holds), { numRuns: RUNS })
  })

  test('strings', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), holds), { numRuns: RUNS })
    const syntax = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      '=',
      '"',
      "'",
      '#',
      '\n',
      '\r',
      ',',
      '.',
      'a',
      '1',
      '-',
      ' ',
      '\\',
      ':'
    )
    fc.assert(fc.property(fc.string({ unit: syntax, maxLength: 40 }), holds), { numRuns: RUNS })
  })

  test('manifests with anything in place of anything', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom('"', "'''", '[[', '\n', '=', '{', '\ufeff')
    )
    fc.assert(
      fc.property(manifestText, fc.nat(), fc.nat(5), piece, (text, at, length, insert) => {
        const from = at % (text.length + 1)
        holds(text.slice(0, from) + insert + text.slice(from + length))
      }),
      { numRuns: RUNS }
    )
  })

  test('manifests with invalid bytes', () => {
    fc.assert(
      fc.property(manifestText, fc.nat(), fc.uint8Array({ maxLength: 4 }), (text, at, broken) => {
        const good = Buffer.from(text)
        const from = at % (good.length + 1)
        holds(Buffer.concat([good.subarray(0, from), broken, good.subarray(from + broken.length)]))
      }),
      { numRuns: RUNS }
    )
  })

  test('every fix leaves valid TOML, and removes its finding', () => {
    fc.assert(
      fc.property(manifestText, text => {
        for (const finding of checkManifest(text, 'q-app.toml').findings) {
          if (!finding.fix) continue
          const after = checkManifest(applyEdits(text, finding.fix.edits), 'q-app.toml').findings
          const same = (other: Finding) => other.rule === finding.rule && other.path === finding.path
          expect(after.filter(({ rule }) => rule.startsWith('toml-'))).toEqual([])
          const removesRow = finding.fix.title === 'Remove this row'
          if (!removesRow) expect(after.filter(same), finding.rule).toEqual([])
        }
      }),
      { numRuns: RUNS }
    )
  })
})

describe('invalid input, by name', () => {
  test('a byte order mark is not a fault, and stays in the text', () => {
    const source = bytes(0xef, 0xbb, 0xbf, GOOD)
    expect(parseManifest(source)).toMatchObject({
      text: `\ufeff${GOOD}`,
      findings: [],
      manifest: { App: { Name: 'my-app' } }
    })
    expect(checkManifest(source, 'q-app.toml').findings).toEqual([])
  })

  test('ranges after a byte order mark include it', () => {
    const [finding] = checkManifest('\ufeffName = 1 2\n', 'q-app.toml').findings
    expect(finding).toMatchObject({ rule: 'toml-syntax', line: 1, range: { from: 10, to: 11 } })
  })

  test('CRLF is not a fault, and line numbers are right', () => {
    expect(checkManifest(GOOD.replaceAll('\n', '\r\n'), 'q-app.toml').findings).toEqual([])
    const [finding] = checkManifest('[App]\r\nName = "a"\r\nVersion = \r\n', 'q-app.toml').findings
    expect(finding).toMatchObject({ rule: 'toml-syntax', line: 3, column: 1 })
  })

  test('multi-line texts are the same with either line break', () => {
    const text = `${GOOD}Extra = """\na\nb"""\n`
    expect(parseManifest(text.replaceAll('\n', '\r\n')).values).toEqual(parseManifest(text).values)
  })

  test('bytes that are not UTF-8 are found, with their place', () => {
    const { findings } = parseManifest(bytes('[App]\nName = "caf', 0xe9, '"\n'))
    expect(findings).toMatchObject([
      { rule: 'toml-encoding', line: 2, column: 12, range: { from: 17, to: 18 } }
    ])
    expect(findings[0]?.message).toContain('Byte 17 (0xe9)')
  })

  test('a replacement character in the file is not reported as a decoding error', () => {
    const { findings } = parseManifest(bytes('Name = "\ufffd"\nB = "', 0xff, '"'))
    expect(findings).toMatchObject([{ rule: 'toml-encoding', line: 2, column: 6 }])
    expect(parseManifest(bytes('Name = "\ufffd"')).findings).toEqual([])
  })

  test('UTF-16 is recognised', () => {
    const source = Buffer.concat([bytes(0xff, 0xfe), Buffer.from(GOOD, 'utf16le')])
    expect(parseManifest(source)).toMatchObject({ text: GOOD, findings: [{ rule: 'toml-encoding' }] })
    expect(parseManifest(source).findings[0]?.message).toContain('UTF-16LE')
  })

  test('half a surrogate pair is found', () => {
    expect(parseManifest('a = "x\ud800"').findings).toMatchObject([
      { rule: 'toml-encoding', range: { from: 6 } }
    ])
  })

  test('an empty manifest lacks everything required', () => {
    const found = checkManifest('', 'q-app.toml').findings.map(({ rule }) => rule)
    expect(found).toEqual(['name-required', 'version-required', 'module-required'])
  })

  test('a placeholder of a build step is explained', () => {
    const { findings } = checkManifest(GOOD.replace('1.0.0', '{{VERSION}}'), 'q-app.toml')
    expect(findings[0]?.message).toContain('placeholder')
  })
})

describe('input meant to be slow is a finding within seconds', () => {
  const many = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join('\n')

  test.each<[string, () => Uint8Array | string, string | undefined]>([
    ['10 MB', () => Buffer.from(`${GOOD}#${'x'.repeat(1e7)}`), 'toml-too-large'],
    ['100 MB', () => Buffer.alloc(1e8, 0x20), 'toml-too-large'],
    ['arrays within arrays', () => `a = ${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'toml-syntax'],
    ['arrays never closed', () => `a = ${'['.repeat(500_000)}`, 'toml-syntax'],
    ['tables within tables', () => `a = ${'{a='.repeat(100_000)}`, 'toml-syntax'],
    ['dotted keys', () => `a${'.a'.repeat(100_000)} = 1`, 'toml-limit'],
    ['dotted headers', () => `[a${'.a'.repeat(100_000)}]`, 'toml-limit'],
    ['a number of a million digits', () => `a = ${'1'.repeat(1_000_000)}`, 'toml-limit'],
    ['keys', () => many(60_000, index => `k${index} = ${index}`), 'toml-without-places'],
    ['rows', () => '[[Env]]\n'.repeat(120_000), 'toml-without-places'],
    ['elements', () => `a = [${'1,'.repeat(450_000)}]`, 'toml-without-places'],
    [
      'dotted keys that share tables',
      () => many(1200, index => `${'a.'.repeat(98)}k${index} = 1`),
      undefined
    ],
    ['a long text', () => `a = "${'x'.repeat(1_000_000)}"`, 'toml-without-places'],
    ['a long text of escapes', () => `a = """${'\\"'.repeat(400_000)}"""`, 'toml-without-places'],
    ['carriage returns', () => '\r'.repeat(1_000_000), 'toml-syntax'],
    ['bytes of nothing', () => new Uint8Array(1_000_000), 'toml-syntax'],
    ['broken bytes', () => new Uint8Array(1_000_000).fill(0xff).fill(0x41, 0, 1), 'toml-encoding'],
    ['a line without an end that looks unquoted', () => `a = ${'b '.repeat(500_000)}`, 'toml-syntax'],
    ['misspelt keys', () => `[App]\n${many(15_000, index => `Versio${index} = 1`)}`, undefined]
  ])('%s', (_, make, rule) => {
    const source = make()
    // Measures CPU time, so that other programs do not count.
    const before = process.cpuUsage()
    const { findings } = checkManifest(source, 'q-app.toml')
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(4)
    expect(findings.filter(({ rule }) => rule.startsWith('toml-')).map(({ rule }) => rule)).toEqual(
      rule ? [rule] : []
    )
    expect(findings.length).toBeGreaterThan(0)
    expect(findings.length).toBeLessThan(1100)
  })

  test('the files are still checked', async () => {
    const { findings } = await checkProject({
      file: 'q-app.toml',
      text: 'not toml',
      paths: new Set(['q-app.toml']),
      read: () => Promise.reject(new Error('not asked for'))
    })
    expect(findings.map(({ rule }) => rule)).toEqual(['toml-syntax', 'requirements-missing', 'icon-missing'])
  })
})
