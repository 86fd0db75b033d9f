/** Messages that our clients never send: noise, torn frames, calls to nowhere, inputs that the contract refuses. */
import { contract } from '#shared/contract.ts'

interface Schema {
  readonly safeParse?: (input: unknown) => { readonly success: boolean }
}

interface Call {
  readonly path: string
  readonly schema: Schema
}

/** Procedures that take an input. With an input they refuse, they must have no effect. */
export const CALLS: readonly Call[] = callsOf(contract, '')

/** Procedures that need an object with fields. The inputs sent to them here are always invalid. */
const STRICT = CALLS.filter(({ schema }) =>
  [undefined, null, {}, { a: {} }, []].every(input => schema.safeParse?.(input).success === false)
)

function callsOf(node: unknown, path: string): readonly Call[] {
  const definition = (node as { '~orpc'?: { inputSchema?: Schema } })['~orpc']
  if (definition) return definition.inputSchema?.safeParse ? [{ path, schema: definition.inputSchema }] : []
  return Object.entries(node as object).flatMap(([name, inner]) => callsOf(inner, `${path}/${name}`))
}

/** Returns the same messages for the same seed, each as text or as bytes, like a browser sends them. */
export function* hostileMessages(seed: number, count: number): Generator<string | Uint8Array> {
  const random = createRandom(seed)
  const kinds = [noise, tornFrame, wrongShape, refusedCall, refusedCall, nowhere, pollution, binary, endless]
  for (let index = 0; index < count; index += 1) yield random.of(kinds)(random, index)
}

type Random = ReturnType<typeof createRandom>

/** mulberry32: small, fast, repeatable. */
function createRandom(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  const of = <T>(items: readonly T[]) => items[below(items.length)] as T
  const text = (length: number) =>
    Array.from({ length: below(length) }, () => String.fromCharCode(below(0x3000))).join('')
  return { below, of, text }
}

const LEAVES: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  random => random.below(1e9) - 5e8,
  () => 1e308,
  random => random.text(30),
  () => '../../../etc/passwd',
  () => '\\\\server\\share',
  () => 'C:\\Windows',
  () => '\u0000',
  () => '\ud800',
  () => "'; DROP TABLE apps; --",
  () => '$(touch /tmp/q8s-owned)',
  () => 'x'.repeat(600),
  () => [],
  () => ({})
]

function value(random: Random, depth = 3): unknown {
  if (depth === 0 || random.below(3) === 0) return random.of(LEAVES)(random)
  const items = Array.from({ length: random.below(4) }, () => value(random, depth - 1))
  if (random.below(2) === 0) return items
  const names = ['path', 'id', 'name', 'file', 'text', 'keys', 'length', 'then', 'toJSON', random.text(8)]
  return Object.fromEntries(items.map(item => [random.of(names), item]))
}

function frame(random: Random, index: number, path: string, input: unknown): string {
  return JSON.stringify({ i: `${index}-${random.below(9)}`, p: { u: path, b: { json: input } } })
}

function noise(random: Random): string {
  return random.text(200)
}

function tornFrame(random: Random, index: number): string {
  const whole = frame(random, index, '/system/info', value(random))
  const at = random.below(whole.length)
  return random.below(2) === 0
    ? whole.slice(0, at)
    : whole.slice(0, at) + random.text(4) + whole.slice(at + 1)
}

function wrongShape(random: Random): string {
  return JSON.stringify({ i: value(random), t: random.below(7), p: value(random) }) ?? 'undefined'
}

function refusedCall(random: Random, index: number): string {
  const call = random.of(CALLS)
  let input = value(random)
  while (call.schema.safeParse?.(input).success) input = random.of([7, 'no', [[]], { path: 7, id: [] }])
  return frame(random, index, call.path, input)
}

function nowhere(random: Random, index: number): string {
  const steps = [
    '__proto__',
    'constructor',
    'prototype',
    'platform',
    'apps',
    'toString',
    '..',
    '%2e%2e',
    '~orpc'
  ]
  const path = Array.from({ length: 1 + random.below(5) }, () => random.of(steps)).join('/')
  return frame(random, index, random.of([`/${path}`, `//${path}`, path, `http://evil.example/${path}`]), {})
}

/** Sends the serializer's own type notes, which name places inside the input. */
function pollution(random: Random, index: number): string {
  const call = random.of(STRICT)
  const steps = ['__proto__', 'constructor', 'prototype', 'polluted', 0, 'a']
  const place = Array.from({ length: random.below(4) }, () => random.of(steps))
  const body = {
    json: JSON.parse('{"__proto__":{"polluted":true},"a":{"constructor":{"prototype":{"polluted":true}}}}'),
    meta: [[random.below(9), ...place], value(random)],
    maps: [place]
  }
  return JSON.stringify({
    i: `${index}`,
    p: { u: call.path, b: body, h: { 'content-type': random.text(5) } }
  })
}

function binary(random: Random, index: number): Uint8Array {
  const text = new TextEncoder().encode(random.below(2) ? refusedCall(random, index) : random.text(40))
  const tail = Uint8Array.from({ length: random.below(60) }, () => random.below(256))
  const bytes = new Uint8Array(text.length + tail.length + 1)
  bytes.set(text)
  bytes[text.length] = 255
  bytes.set(tail, text.length + 1)
  return bytes
}

/** Events of streams that never began, and ends of calls that do not exist. */
function endless(random: Random, index: number): string {
  const kind = random.of([3, 4])
  return JSON.stringify({
    i: `${index - random.below(50)}`,
    t: kind,
    p: { e: random.of(['message', 'error', 'done']), d: 1 }
  })
}
