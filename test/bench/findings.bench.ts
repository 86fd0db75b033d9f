/**
 * A project with 5,000 findings in a real window, beside the sample with a few: the longest time the page is blocked.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { afterAll, test } from 'vitest'
import { addFindings } from '../fixtures/many-findings.ts'
import { longestTask } from './longest-task.ts'
import { median, printTable } from './measure.ts'
import { openBenchWindow, openProject } from './window-host.ts'

const ROUNDS = 3
/** Variables with three findings each, and missing wheels with one each. */
const SIZES = {
  few: { rows: 2, wheels: 2 },
  many: { rows: 1_000, wheels: 2_000 }
} as const
const KEYS = 20
/** Pause between two keys of a fast typist. */
const PAUSE_MS = 60
/** By then the checks have run and the form is up to date. */
const SETTLED_MS = 2_500
const WHEEL_STEPS = 60
const WHEEL_PX = 300

const home = mkdtempSync(join(tmpdir(), 'q8s-bench-findings-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function makeProject(name: string, size: { rows: number; wheels: number }) {
  const folder = join(home, name)
  await cp(join(import.meta.dirname, '../../resources/samples/plain-web'), folder, { recursive: true })
  await addFindings(folder, size)
  return folder
}

/** The acts in order; each starts from the window that the one before left. */
function acts(page: Page, folder: string): readonly (readonly [string, () => Promise<void>])[] {
  const form = page.getByRole('region', { name: 'Form of the manifest' })
  const type = async () => {
    for (let key = 0; key < KEYS; key++) {
      await page.keyboard.press('x')
      await delay(PAUSE_MS)
    }
  }
  return [
    [
      'opening it',
      async () => {
        await openProject(page, folder)
        await page.getByRole('tab', { name: /^Problems [1-9]/ }).waitFor()
      }
    ],
    [
      'typing into its text',
      async () => {
        await page.getByRole('textbox', { name: /^Text of / }).press('Control+End')
        await page.keyboard.type('# ')
        await type()
      }
    ],
    [
      'typing a Title',
      async () => {
        await form.getByLabel('Title').press('End')
        await type()
      }
    ],
    [
      'typing a variable',
      async () => {
        await form
          .getByLabel(/^Name of /)
          .first()
          .press('End')
        await type()
      }
    ],
    [
      'going down the form',
      async () => {
        await form.hover()
        for (let step = 0; step < WHEEL_STEPS; step++) {
          await page.mouse.wheel(0, WHEEL_PX)
          await page.evaluate(() => new Promise(requestAnimationFrame))
        }
      }
    ]
  ]
}

/** The longest task of each act in milliseconds, in a new window. */
async function measured(folder: string): Promise<Map<string, number>> {
  const { browser, page, close } = await openBenchWindow(mkdtempSync(join(home, 'home-')))
  const longest = new Map<string, number>()
  for (const [name, act] of acts(page, folder)) {
    const settled = () => act().then(() => delay(SETTLED_MS))
    longest.set(name, await longestTask(browser, page, settled))
  }
  await close()
  return longest
}

test('the longest task of the page', async () => {
  const few = await makeProject('few', SIZES.few)
  const many = await makeProject('many', SIZES.many)
  const rounds: { few: Map<string, number>; many: Map<string, number> }[] = []
  // In turns, so that other load on the computer affects both.
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ few: await measured(few), many: await measured(many) })
  }
  const rows = [...(rounds[0]?.many.keys() ?? [])].map(act => {
    const of = (which: 'few' | 'many') => rounds.map(round => round[which].get(act) ?? Number.NaN)
    const ratio = median(of('many')) / median(of('few'))
    const each = of('many')
      .map(ms => ms.toFixed(0))
      .join(' ')
    return [act, median(of('few')).toFixed(0), median(of('many')).toFixed(0), each, ratio.toFixed(1)]
  })
  printTable(`Longest task of the page in ms of the processor, median of ${ROUNDS} windows`, [
    ['what is done', 'few findings', '5,000 findings', 'each window', 'ratio'],
    ...rows
  ])
})
