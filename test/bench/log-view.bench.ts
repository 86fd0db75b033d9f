/** The log pane in a real browser, with the browser host, the launcher and a real app: speed, frames, latency. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BarePage, openBarePage } from './bare-page.ts'
import { median, printTable } from './measure.ts'
import { FLOOD_LINE, FLOOD_LINE_BYTES, WRITING_APP } from './writing-app.ts'

const ROUNDS = 3
const FLOOD_MB = 100
const PANES = 12
/** Seconds of 1,000 lines each, in which memory must level off: a pane is full after the first minute. */
const LONG = 120

const root = join(import.meta.dirname, '../..')
const cli = join(root, 'out/main/q8s-cli.js')
const home = mkdtempSync(join(tmpdir(), 'q8s-bl-'))
const env = { ...process.env, Q8S_HOME: home }
const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  path => path && existsSync(path)
)
const skipped = !existsSync(cli) ? 'not built' : executablePath ? undefined : 'no Chromium'
const ids: string[] = []
const urls: string[] = []
let page: BarePage
let host: ReturnType<typeof spawn>

async function command(...args: string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '-o', 'json'], { env })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  if (skipped) return
  const folder = join(home, 'app')
  cpSync(join(root, 'resources/samples/plain-web'), folder, { recursive: true })
  writeFileSync(join(folder, 'web.py'), WRITING_APP)
  await command('config', 'setup', '--engine', 'process')
  const { id: app } = await command('bundle', 'import', folder)
  for (let index = 0; index < PANES; index++) {
    const { id, url } = await command('app', 'run', app)
    ids.push(id)
    urls.push(url)
  }
  host = spawn(process.execPath, [cli, 'ui', '--no-open'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let address = ''
  for await (const line of createInterface({ input: host.stdout as NodeJS.ReadableStream })) {
    address = /http:\/\/\S+/.exec(line)?.[0] ?? ''
    if (address) break
  }
  page = await openBarePage(executablePath ?? '')
  await page.drive(async window => {
    await window.addInitScript(countReceived, FLOOD_LINE)
    await window.goto(address)
    const pages = window.getByRole('navigation', { name: 'Pages' })
    await pages.getByRole('button', { name: 'Instances' }).click()
    const row = window.getByRole('row', { name: new RegExp((ids[0] ?? '').slice(0, 8)) })
    await row.click({ position: { x: 60, y: 12 } })
    await window.keyboard.press('Enter')
    await window.getByText('app is ready').first().waitFor({ timeout: 120_000 })
    await window.getByPlaceholder('Filter').first().focus()
  })
})

afterAll(async () => {
  await page?.close()
  host?.kill('SIGTERM')
  for (const id of ids) {
    await command('instance', 'stop', id)
    await command('instance', 'remove', id)
  }
  rmSync(home, { recursive: true, force: true })
})

/** A reader that is far behind skips to the end, so the received lines show how much of a flood was read. */
function countReceived(line: string) {
  const counted = window as { received?: number }
  class CountedSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      this.addEventListener('message', ({ data }) => {
        let lines = 0
        for (let at = data.indexOf(line); at >= 0; at = data.indexOf(line, at + line.length)) lines++
        counted.received = (counted.received ?? 0) + lines
      })
    }
  }
  window.WebSocket = CountedSocket
}

const received = () => page.evaluate(() => (window as { received?: number }).received ?? 0)

/** Records frames, and the time when a text first appears in the newest row; `done` resolves with them. */
async function record(last: string) {
  await page.evaluate((text: string) => {
    const frames: number[] = []
    const inputs: number[] = []
    const observer = new PerformanceObserver(list => {
      // Lines that move under a resting pointer cause events too, but not from a user.
      for (const { name, duration } of list.getEntries()) if (name === 'keydown') inputs.push(duration)
    })
    observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
    const done = new Promise(resolve => {
      const look = (now: number) => {
        frames.push(now)
        const rows = document.querySelectorAll('[data-row]')
        if (!rows[rows.length - 1]?.textContent?.includes(text)) return requestAnimationFrame(look)
        observer.disconnect()
        return resolve({ frames, inputs, end: Date.now() })
      }
      requestAnimationFrame(look)
    })
    Object.assign(window, { recorded: done })
  }, last)
}

/** Sends a key to the focused element. */
async function press(key: string, text?: string): Promise<void> {
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, ...(text ? { text } : {}) })
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key })
}

/** Types until the work is done. */
async function whileTyping<Result>(work: Promise<Result>): Promise<Result> {
  const typing = setInterval(() => void press('a', 'a'), 150)
  try {
    return await work
  } finally {
    clearInterval(typing)
  }
}

const recorded = () =>
  page.evaluate(() => (window as unknown as { recorded: Promise<unknown> }).recorded) as Promise<{
    frames: number[]
    inputs: number[]
    end: number
  }>

const gaps = (frames: readonly number[]) =>
  frames.slice(1).map((frame, index) => frame - (frames[index] as number))
const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0

const keyTimes = (inputs: readonly number[]) =>
  [0.5, 0.9, 1].map(share => `${quantile(inputs, share).toFixed(0)} ms`)

/** The times of the same keys in three seconds without new lines. */
async function quietRow(): Promise<string[]> {
  await record('end of flood quiet')
  const ending = setTimeout(3000).then(() => fetch(new URL('/flood/0/quiet', urls[0])))
  const { inputs } = await whileTyping(recorded())
  await ending
  return ['none', '0', '', '', '', ...keyTimes(inputs)]
}

async function heapMB(): Promise<number> {
  await page.send('HeapProfiler.collectGarbage')
  const { usedSize } = await page.send('Runtime.getHeapUsage')
  return Number(usedSize) / 1024 ** 2
}

/** Seconds that the page's main thread has worked. */
async function busySeconds(): Promise<number> {
  await page.send('Performance.enable')
  const { metrics } = await page.send('Performance.getMetrics')
  return (
    (metrics as { name: string; value: number }[]).find(({ name }) => name === 'TaskDuration')?.value ??
    Number.NaN
  )
}

const name = (what: string) => `${what}${skipped ? ` (skipped: ${skipped})` : ''}`

test.skipIf(skipped)(name('a flood of coloured lines into the visible pane'), async () => {
  const rows: string[][] = [
    ['round', 'MB read', 'MB/s', 'longest frame gap', 'p95', 'key p50', 'p90', 'longest']
  ]
  const speeds: number[] = []
  // The first round does not count: Playwright has just left the page, and the list beside is filtered to nothing.
  for (let round = 0; round <= ROUNDS; round++) {
    await record(`end of flood ${round}`)
    const before = await received()
    const begin = Date.now()
    const flooding = fetch(new URL(`/flood/${FLOOD_MB}/${round}`, urls[0]))
    const { frames, inputs, end } = await whileTyping(recorded())
    await flooding
    const read = (((await received()) - before) * FLOOD_LINE_BYTES) / 1024 ** 2
    const speed = (1000 * read) / (end - begin)
    if (round === 0) continue
    speeds.push(speed)
    const between = gaps(frames)
    rows.push([
      String(round),
      read.toFixed(0),
      speed.toFixed(1),
      `${Math.max(...between).toFixed(0)} ms`,
      `${quantile(between, 0.95).toFixed(0)} ms`,
      ...keyTimes(inputs)
    ])
  }
  rows.push(await quietRow())
  printTable(`${FLOOD_MB} MB of coloured lines from print to the pane, ${ROUNDS} rounds`, rows)
  expect(median(speeds)).toBeGreaterThan(1)
})

test.skipIf(skipped)(name('the time from print to the screen'), async () => {
  const rows: string[][] = [['round', 'lines', 'p50', 'p99', 'longest']]
  for (let round = 1; round <= ROUNDS; round++) {
    await page.evaluate((end: string) => {
      const seen = new Map<string, number>()
      const done = new Promise(resolve => {
        const look = () => {
          const now = Date.now()
          let ended = false
          for (const row of document.querySelectorAll('[data-row]')) {
            const text = row.textContent ?? ''
            const [, number, printed] = /tick (\d+) at ([\d.]+)/.exec(text) ?? []
            if (number && !seen.has(number)) seen.set(number, now - Number(printed))
            ended ||= text.includes(end)
          }
          if (ended) resolve([...seen.values()])
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      })
      Object.assign(window, { recorded: done })
    }, `end of ticks ${round}`)
    await fetch(new URL(`/ticks/5000/${round}`, urls[0]))
    const latencies = (await recorded()) as unknown as number[]
    rows.push([
      String(round),
      String(latencies.length),
      ...[0.5, 0.99, 1].map(share => `${quantile(latencies, share).toFixed(0)} ms`)
    ])
  }
  printTable('From print in the app to the pane, 1,000 lines a second', rows)
})

test.skipIf(skipped)(name('memory over minutes of lines'), async () => {
  const rows: string[][] = [['after', 'heap of the page', 'memory of the host']]
  const hostMemory = () => {
    if (process.platform === 'win32') return 'not told here'
    const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(host.pid)], { encoding: 'utf8' })
    return `${(Number(kilobytes) / 1024).toFixed(0)} MB`
  }
  for (let part = 0; part <= 3; part++) {
    if (part > 0) await fetch(new URL(`/ticks/${(LONG / 3) * 1000}/long`, urls[0]))
    rows.push([`${(part * LONG) / 3} s`, `${(await heapMB()).toFixed(1)} MB`, hostMemory()])
  }
  printTable('1,000 lines a second into the visible pane', rows)
})

test.skipIf(skipped)(name('twelve panes live at once'), async () => {
  await page.drive(async window => {
    for (const id of ids.slice(1)) {
      await window.getByRole('button', { name: 'Show another log beside' }).click()
      await window.getByRole('menuitem', { name: new RegExp(id.slice(0, 8)) }).click()
    }
    await expect.poll(() => window.getByRole('group', { name: /^Lines of/ }).count()).toBe(PANES)
  })
  await record('end of ticks 9')
  const [begin, busy] = [Date.now(), await busySeconds()]
  await Promise.all(urls.map(url => fetch(new URL('/ticks/2000/9', url))))
  const { frames, end } = await recorded()
  const between = gaps(frames)
  const share = (1000 * ((await busySeconds()) - busy)) / (end - begin)
  await page.drive(async window => {
    await expect.poll(() => window.getByText('end of ticks 9').count(), { timeout: 60_000 }).toBe(PANES)
  })
  printTable('Twelve panes, 12,000 lines a second', [
    ['frames/s', 'longest frame gap', 'p95', 'main thread', 'heap'],
    [
      (1000 / (between.reduce((sum, gap) => sum + gap, 0) / between.length)).toFixed(0),
      `${Math.max(...between).toFixed(0)} ms`,
      `${quantile(between, 0.95).toFixed(0)} ms`,
      `${(100 * share).toFixed(0)} %`,
      `${(await heapMB()).toFixed(0)} MB`
    ]
  ])
})
