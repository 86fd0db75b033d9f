/** The public toml-test suite in the folder Q8S_TEST_TOML_SUITE: TOML 1.0 is read as the suite expects. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseToml } from '#shared/manifest-text/parse.ts'

const FOLDER = process.env.Q8S_TEST_TOML_SUITE
const LIST = FOLDER ? join(FOLDER, 'files-toml-1.0.0') : ''

/** Where we differ from the suite, and why. Remove a difference once it no longer exists. */
const DIFFERENCES: Readonly<Record<string, string>> = {}

type Tagged = { readonly type: string; readonly value: string }

/** Compares with a value in the suite's notation, as far as a JavaScript value shows its type. */
function matches(expected: unknown, actual: unknown): boolean {
  if (isTagged(expected)) return scalarMatches(expected, actual)
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => matches(item, actual[index]))
    )
  }
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null)
    return false
  const keys = Object.keys(expected).sort()
  if (keys.join('\0') !== Object.keys(actual).sort().join('\0')) return false
  return keys.every(key =>
    matches((expected as Record<string, unknown>)[key], (actual as Record<string, unknown>)[key])
  )
}

function isTagged(value: unknown): value is Tagged {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 2 &&
    typeof (value as Tagged).type === 'string' &&
    typeof (value as Tagged).value === 'string'
  )
}

function scalarMatches({ type, value }: Tagged, actual: unknown): boolean {
  switch (type) {
    case 'string':
      return actual === value
    case 'bool':
      return actual === (value === 'true')
    case 'integer':
      return (
        (typeof actual === 'bigint' || Number.isSafeInteger(actual)) &&
        String(actual) === String(BigInt(value))
      )
    case 'float':
      return typeof actual === 'number' && Object.is(actual, floatOf(value))
    default:
      return actual instanceof Date && actual.toISOString() === dateOf(value)
  }
}

function floatOf(value: string): number {
  if (/nan$/i.test(value)) return Number.NaN
  if (/inf$/i.test(value)) return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(value)
}

/** A Date holds milliseconds, and always writes three digits of them. */
function dateOf(value: string): string {
  const seconds = /^(.*\d\d:\d\d:\d\d)(?:\.(\d+))?(.*)$/.exec(value.replace(/[ t]/, 'T').replace('z', 'Z'))
  if (!seconds) return value
  const [, before = '', fraction = '', zone = ''] = seconds
  return `${before}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`
}

function isRight(name: string): boolean {
  const { values, findings } = parseToml(readFileSync(join(FOLDER ?? '', name)))
  if (name.startsWith('invalid/')) return values === undefined && findings.length === 1
  const expected: unknown = JSON.parse(
    readFileSync(join(FOLDER ?? '', name.replace(/toml$/, 'json')), 'utf8')
  )
  return findings.length === 0 && matches(expected, values)
}

if (!FOLDER || !existsSync(LIST)) {
  test.skip('toml-test suite: Q8S_TEST_TOML_SUITE does not name its folder', () => undefined)
} else {
  const files = readFileSync(LIST, 'utf8')
    .split('\n')
    .filter(name => name.endsWith('.toml'))

  describe('toml-test suite, TOML 1.0', () => {
    test('is complete', () => {
      expect(files.filter(name => name.startsWith('valid/')).length).toBeGreaterThan(190)
      expect(files.filter(name => name.startsWith('invalid/')).length).toBeGreaterThan(450)
      expect(Object.keys(DIFFERENCES).filter(name => !files.includes(name))).toEqual([])
    })

    test.each(files)('%s', name => {
      expect(isRight(name), DIFFERENCES[name] ?? 'as the suite says').toBe(!(name in DIFFERENCES))
    })
  })
}
