/** A damaged bundle never crashes, hangs or escapes: it is refused, or unchanged in everything that matters. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extractBundle, inspectBundle } from '#core/bundle/read/index.ts'
import { AppError } from '#shared/errors.ts'
import { temporaryFolder } from './project.ts'
import { buildBundle, type RawEntry } from './zip-builder.ts'

const ENTRIES: readonly RawEntry[] = [
  { name: 'pkg/', mode: 0o040755, method: 0 },
  { name: 'pkg/a.py', content: 'print("hello")\n'.repeat(20) },
  { name: 'pkg/link', mode: 0o120777, content: 'a.py', method: 0 },
  { name: 'caf\u00e9.txt', content: 'stored', method: 0 }
]
const VALID = buildBundle(ENTRIES)

const mutation = fc.oneof(
  fc.record({ kind: fc.constant('set'), at: fc.nat(VALID.length - 1), value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('wide'),
    at: fc.nat(VALID.length - 4),
    value: fc.constantFrom(0, 1, 0xffff, 0xffffffff)
  }),
  fc.record({ kind: fc.constant('cut'), at: fc.nat(VALID.length), value: fc.nat(40) }),
  fc.record({ kind: fc.constant('insert'), at: fc.nat(VALID.length), value: fc.nat(40) }),
  fc.record({ kind: fc.constant('copy'), at: fc.nat(VALID.length - 1), value: fc.nat(VALID.length - 1) })
)

function mutate(bytes: Buffer, { kind, at, value }: { kind: string; at: number; value: number }): Buffer {
  const result = Buffer.from(bytes)
  switch (kind) {
    case 'set':
      if (at < result.length) result[at] = value
      return result
    case 'wide':
      if (at + 4 <= result.length) result.writeUInt32LE(value, at)
      return result
    case 'cut':
      return Buffer.concat([result.subarray(0, at), result.subarray(at + value)])
    case 'insert':
      return Buffer.concat([result.subarray(0, at), Buffer.alloc(value, at), result.subarray(at)])
    default:
      result.copy(result, Math.min(at, result.length), Math.min(value, result.length), value + 50)
      return result
  }
}

/** Unpacks it in a separate folder, and returns what the parent folder then holds. */
async function attempt(bytes: Uint8Array): Promise<{ error: unknown; above: string[] }> {
  const folder = temporaryFolder()
  const file = join(folder, 'a.qz')
  writeFileSync(file, bytes)
  mkdirSync(join(folder, 'in'))
  const limits = { totalBytes: 10_000_000 }
  const error = await extractBundle(file, join(folder, 'in', 'out'), { limits }).then(
    () => undefined,
    reason => reason
  )
  await inspectBundle(file, { limits }).catch(() => undefined)
  const inside = readdirSync(join(folder, 'in'))
  return { error, above: [...readdirSync(folder), ...inside] }
}

test('the undamaged bundle is valid', async () => {
  expect(await attempt(VALID)).toEqual({ error: undefined, above: ['a.qz', 'in', 'out'] })
})

test('random damage', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async mutations => {
      const { error, above } = await attempt(mutations.reduce(mutate, VALID))
      if (error !== undefined) expect(error).toBeInstanceOf(AppError)
      expect(above).toEqual(error === undefined ? ['a.qz', 'in', 'out'] : ['a.qz', 'in'])
    }),
    { numRuns: 500 }
  )
})

test('random bytes after a valid beginning', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(VALID.length), fc.uint8Array({ maxLength: 300 }), async (length, noise) => {
      const { error } = await attempt(Buffer.concat([VALID.subarray(0, length), noise]))
      if (error !== undefined) expect(error).toBeInstanceOf(AppError)
    }),
    { numRuns: 300 }
  )
})
