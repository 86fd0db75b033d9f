/** Scrolls through the tree of a project with many files in a real window, beside a virtual list of bare names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { afterAll, beforeAll, test } from 'vitest'
import { type Frames, scrolledFrames } from './list-view.ts'
import { median, printTable } from './measure.ts'
import { scriptOf } from './peer-page.ts'
import { type BenchWindow, openBenchWindow } from './window-host.ts'

const ROUNDS = 3
const FILES = 14_000
const FRAMES = 240
const TREE = '[role=treegrid] > [role=rowgroup]'

const home = mkdtempSync(join(tmpdir(), 'q8s-bench-tree-'))
const names = Array.from({ length: FILES }, (_, index) => `part-${String(index).padStart(5, '0')}.csv`)
let opened: BenchWindow
let peer: Page

beforeAll(async () => {
  const project = join(home, 'projects', 'plain-web')
  await cp(join(import.meta.dirname, '../../resources/samples/plain-web'), project, { recursive: true })
  mkdirSync(join(project, 'data'))
  for (const name of names) writeFileSync(join(project, 'data', name), `${name}\n`)
  opened = await openBenchWindow(home, project)
  const { page } = opened
  await page.getByRole('radiogroup', { name: 'What to show of the project' }).getByText('Files').click()
  await page.getByRole('button', { name: 'Open data' }).click()
  await page.getByTitle('data/part-00000.csv').waitFor()
  peer = await opened.blank()
  await peer.setContent('<div id="root"></div>')
  await peer.addScriptTag({ content: await scriptOf('plain-list.ts') })
  await peer.evaluate(all => {
    const { plainList } = window as unknown as { plainList(parent: Element, names: readonly string[]): void }
    plainList(document.querySelector('#root') as Element, all)
  }, names)
  await peer.getByText('part-00000.csv').waitFor()
})

afterAll(async () => {
  await opened?.close()
  rmSync(home, { recursive: true, force: true })
})

async function rounds(page: Page, selector: string, pixels: number): Promise<string[]> {
  await page.bringToFront()
  const all: Frames[] = []
  const before = await opened.rendererSeconds()
  for (let round = 0; round < ROUNDS; round++) {
    all.push(await page.evaluate(scrolledFrames, { selector, frames: FRAMES, pixels }))
  }
  const cpu = (1000 * ((await opened.rendererSeconds()) - before)) / (ROUNDS * FRAMES)
  const ms = (key: keyof Frames) => `${median(all.map(frames => frames[key])).toFixed(1)} ms`
  return [ms('p50'), ms('p95'), ms('worst'), `${cpu.toFixed(1)} ms`, all.map(({ late }) => late).join(' ')]
}

test('scrolling the tree of files', async () => {
  const rows: string[][] = []
  for (const [how, pixels] of [
    ['wheel, 120 pixels a frame', 120],
    ['fling, 900 pixels a frame', 900]
  ] as const) {
    rows.push([`tree, ${how}`, ...(await rounds(opened.page, TREE, pixels))])
    rows.push([`bare names, ${how}`, ...(await rounds(peer, '[data-list]', pixels))])
  }
  printTable(`${FILES} rows, gaps between ${FRAMES} frames, median of ${ROUNDS} rounds`, [
    ['list', 'p50', 'p95', 'worst', 'processor time a frame', 'over 34 ms, each round'],
    ...rows
  ])
})
