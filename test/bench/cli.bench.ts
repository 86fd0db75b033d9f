/** The start time of q8s-cli, beside Node doing nothing: the runs take turns, so that other load affects all alike. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { median, printTable } from './measure.ts'

const ROUNDS = 3
const RUNS = 7
const entry = join(import.meta.dirname, '../../out/main/q8s-cli.js')
const home = mkdtempSync(join(tmpdir(), 'q8s-bench-cli-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'q8s-cli --version': [entry, '--version'],
  'q8s-cli app list': [entry, 'app', 'list'],
  'q8s-cli --help': [entry, '--help']
}

/** Milliseconds from start to end. */
function time(args: readonly string[]): number {
  const begin = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env: { ...process.env, Q8S_HOME: home } })
  const took = performance.now() - begin
  expect(status, String(stderr)).toBe(0)
  return took
}

/** The median time of each command in one round, by name. */
function round(): Map<string, number> {
  const times = new Map(Object.keys(COMMANDS).map(name => [name, [] as number[]]))
  for (let run = 0; run < RUNS; run++) {
    for (const [name, args] of Object.entries(COMMANDS)) times.get(name)?.push(time(args))
  }
  return new Map([...times].map(([name, taken]) => [name, median(taken)]))
}

test('starting q8s-cli', () => {
  expect(existsSync(entry), 'run `npm run build` first').toBe(true)
  // This makes the state once; every later start finds it.
  time(COMMANDS['q8s-cli app list'] ?? [])
  const rounds = Array.from({ length: ROUNDS }, round)
  const rows = Object.keys(COMMANDS).map(name => {
    const ratios = rounds.map(each => (each.get(name) ?? 0) / (each.get('node -e 0') ?? 1))
    return [
      name,
      `${median(rounds.map(each => each.get(name) ?? 0)).toFixed(0)} ms`,
      median(ratios).toFixed(2),
      ratios.map(ratio => ratio.toFixed(2)).join(' ')
    ]
  })
  printTable(`Start-up, ${ROUNDS} rounds of ${RUNS} runs each`, [
    ['command', 'median', 'ratio', 'of each round'],
    ...rows
  ])
})
