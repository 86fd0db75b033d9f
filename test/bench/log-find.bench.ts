/** Finds text in a gigabyte of log, beside `grep -c` on the same files. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findInLog } from '#core/log/find.ts'
import { findProgram, median, printTable } from './measure.ts'

const BYTES = 1024 ** 3
const ROUNDS = 3
const SEGMENT_LINES = 60_000

const folder = mkdtempSync(join(tmpdir(), 'q8s-bench-find-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const skipped = findProgram('grep') ? undefined : 'no grep'
const title = 'finding in a gigabyte of log'

test.skipIf(skipped)(`${title}${skipped ? ` (skipped: ${skipped})` : ''}`, async () => {
  const files = writeLog()
  const rows: string[][] = [['text', 'findLog', 'grep -c', 'ratio', 'of each round']]
  for (const [text, caseSensitive] of [
    ['needle in hay', true],
    ['needle in hay', false],
    ['INFO', true],
    ['INFO', false]
  ] as const) {
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const peer = timed(() => grepCount(files, text, caseSensitive))
      const begin = performance.now()
      const query = { text, caseSensitive, wholeWord: false, regex: false, limit: 1_000 }
      const { total } = await findInLog(folder, query)
      ours.push(performance.now() - begin)
      theirs.push(peer.ms)
      expect(total).toBe(peer.result)
    }
    const ratios = ours.map((ms, round) => ms / (theirs[round] ?? Number.NaN))
    const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
    rows.push([
      `${text}${caseSensitive ? '' : ' (any case)'}`,
      seconds(median(ours)),
      seconds(median(theirs)),
      median(ratios).toFixed(2),
      ratios.map(ratio => ratio.toFixed(2)).join(' ')
    ])
  }
  printTable(`Find in 1 GB of coloured log, ${ROUNDS} rounds in turn`, rows)
})

/** Segments as a launcher writes them: one line in a thousand contains the needle, one in four is an INFO. */
function writeLog(): string[] {
  const log = join(folder, 'log')
  mkdirSync(log)
  const levels = [
    '\x1b[32mINFO\x1b[0m',
    '\x1b[33mWARNING\x1b[0m',
    '\x1b[31mERROR\x1b[0m',
    '\x1b[36mDEBUG\x1b[0m'
  ]
  const lines = Array.from({ length: SEGMENT_LINES }, (_, index) => {
    const rest = index % 1_000 === 7 ? 'needle in hay' : 'request done in 12ms by user'
    const time = `2026-01-02T03:04:05.${String(index).padStart(6, '0')}Z`
    return `${time} stdout F ${levels[index % 4]}:     \x1b[2mGET /api/v1/items/${index} cache miss ${rest}\x1b[0m\n`
  })
  const segment = Buffer.from(lines.join(''))
  for (let first = 0, size = 0; size < BYTES; first += SEGMENT_LINES, size += segment.length) {
    writeFileSync(join(log, `${String(first).padStart(12, '0')}.log`), segment)
  }
  return readdirSync(log).map(name => join(log, name))
}

function grepCount(files: readonly string[], text: string, caseSensitive: boolean): number {
  const args = ['-h', '-c', '-F', ...(caseSensitive ? [] : ['-i']), '--', text, ...files]
  const counts = execFileSync('grep', args, { encoding: 'utf8' }).trim().split('\n')
  return counts.reduce((sum, count) => sum + Number(count), 0)
}

function timed<T>(work: () => T): { result: T; ms: number } {
  const begin = performance.now()
  const result = work()
  return { result, ms: performance.now() - begin }
}
