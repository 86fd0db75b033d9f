/** Long lists in a real window: frames while scrolling and filtering, and the cost of an idle, hidden window. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedStore } from '../fixtures/seed-store.ts'
import { type Frames, frameGaps, hidePlainList, showPlainList } from './list-view.ts'
import { longestTask } from './longest-task.ts'
import { median, printTable } from './measure.ts'

const ROUNDS = 3
const VERSIONS = 10_000
const INSTANCES = 1_000
const RUNNING = 3
const IDLE_MS = 20_000
/** Page, label of its list, and the number of rows of its peer. */
const LISTS = [
  ['Catalog', 'Apps', 600],
  ['Instances', 'Instances', INSTANCES]
] as const
const PEER = 'Plain text rows'
const root = join(import.meta.dirname, '../..')
const entry = join(root, 'out/main/q8s-cli.js')
const home = mkdtempSync(join(tmpdir(), 'q8s-bench-lists-'))
const env = { ...process.env, Q8S_HOME: home }
let host: ChildProcess
let browser: Browser
let page: Page

async function cli(...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [entry, ...args, '-o', 'json'], {
    env,
    maxBuffer: 64 * 1024 * 1024
  })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  expect(existsSync(entry), 'run `npm run build` first').toBe(true)
  await cli('config', 'setup', '--user', 'ada', '--engine', 'process')
  await seedStore({ home, user: 'ada', versions: VERSIONS, instances: INSTANCES })
  const project = join(home, 'projects', 'plain-web')
  await cp(join(root, 'resources/samples/plain-web'), project, { recursive: true })
  const { app } = (await cli('bundle', 'deploy', project, '--wait')) as { app: { id: string } }
  for (let more = 1; more < RUNNING; more++) await cli('app', 'run', app.id, '--wait')
  host = spawn(process.execPath, [entry, 'ui', '--no-open'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  browser = await chromium.launch({
    ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
    args: ['--disable-gpu', '--no-sandbox', '--disable-background-networking']
  })
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(await addressOf(host))
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
})

afterAll(async () => {
  await browser?.close()
  host?.kill('SIGTERM')
  const running = (await cli('instance', 'list')) as { id: string; state: string }[]
  const ids = running.filter(({ state }) => state === 'ready').map(({ id }) => id)
  if (ids.length > 0) await cli('instance', 'stop', ...ids)
  rmSync(home, { recursive: true, force: true })
})

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/\S+/.exec(line)?.[0]
      if (url) return url
    }
  }
  throw new Error('q8s-cli ui ended without printing an address')
}

async function go(title: string) {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: title }).click()
  await page.getByRole('grid').getByRole('row').nth(2).waitFor()
}

const measured = (how: 'scroll' | 'filter', label: string) => page.evaluate(frameGaps, { how, label })
const longest = (how: 'scroll' | 'filter', label: string) =>
  longestTask(browser, page, () => measured(how, label))

function row(name: string, rounds: readonly Frames[], longestMs: number): string[] {
  const of = (key: keyof Frames) => median(rounds.map(frames => frames[key]))
  const ms = (key: keyof Frames) => `${of(key).toFixed(1)} ms`
  const late = rounds.map(frames => frames.late).join(' ')
  return [
    ...[name, ms('p50'), ms('p95'), ms('p99'), ms('worst'), `${late} of ${of('frames')}`],
    `${longestMs.toFixed(1)} ms`
  ]
}

test('frames of long lists', async () => {
  const rows: string[][] = []
  for (const [title, label, count] of LISTS) {
    await go(title)
    for (const how of ['scroll', 'filter'] as const) {
      const rounds: Frames[] = []
      const peers: Frames[] = []
      // In turns, so that other load on the computer affects both.
      for (let round = 0; round < ROUNDS; round++) {
        rounds.push(await measured(how, label))
        await page.evaluate(showPlainList, { count, label: PEER })
        peers.push(await measured(how, PEER))
        await page.evaluate(hidePlainList, PEER)
      }
      rows.push(row(`${title}, ${how}`, rounds, await longest(how, label)))
      await page.evaluate(showPlainList, { count, label: PEER })
      rows.push(row('  plain text rows', peers, await longest(how, PEER)))
      await page.evaluate(hidePlainList, PEER)
    }
  }
  printTable(`${VERSIONS} app versions and ${INSTANCES} instances, gaps between frames`, [
    ['list', 'p50', 'p95', 'p99', 'worst', 'over 34 ms, each round', 'longest task, CPU'],
    ...rows
  ])
})

test.skipIf(process.platform !== 'linux')(
  'cost of a window that is open and idle (read from /proc)',
  async () => {
    await go('Instances')
    const shown = await costOf(IDLE_MS)
    // As if another window covered it; the browser's own throttling comes on top.
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      Object.defineProperty(document, 'hidden', { value: true, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await delay(3_000)
    const hidden = await costOf(IDLE_MS)
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`
    printTable(`Processor time of an idle window with ${RUNNING} running instances, of one core`, [
      ['window', 'host', 'page'],
      ['on Instances', percent(shown.host), percent(shown.page)],
      ['hidden', percent(hidden.host), percent(hidden.page)]
    ])
  }
)

/** Shares of one core over that time. */
async function costOf(ms: number): Promise<{ host: number; page: number }> {
  const session = await browser.newBrowserCDPSession()
  const read = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    const renderers = processInfo.filter(({ type }) => type === 'renderer')
    return { host: cpuOf(host.pid ?? 0), page: renderers.reduce((sum, { cpuTime }) => sum + cpuTime, 0) }
  }
  const [begin, before] = [performance.now(), await read()]
  await delay(ms)
  const after = await read()
  const seconds = (performance.now() - begin) / 1000
  return { host: (after.host - before.host) / seconds, page: (after.page - before.page) / seconds }
}

/** Seconds of processor time of a process, user and system. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const TICKS = 100
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}
