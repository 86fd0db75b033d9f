/** Types into the manifest's form and text in a real window, beside a plain CodeMirror and a plain text area. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Locator, Page } from '@playwright/test'
import { afterAll, beforeAll, test } from 'vitest'
import { median, printTable } from './measure.ts'
import { scriptOf } from './peer-page.ts'
import { type Typed, timeKeys, typedKeys } from './typing-view.ts'
import { type BenchWindow, openBenchWindow } from './window-host.ts'

const ROUNDS = 3
const KEYS = 60
/** Pause between two keys of a fast typist. */
const PAUSE_MS = 60
const ROWS = 40
const OTHER_KEYS = 45

const home = mkdtempSync(join(tmpdir(), 'q8s-bench-typing-'))
let opened: BenchWindow
let peers: Page

const row = (index: number) =>
  `[[Env]]\nName = "VARIABLE_${index}"\nSecret = "secret-${index}"\nSecretKey = "key-${index}"\n`
const TEXT = `[App]
Name = "ai.h2o.q.plain-web"
Version = "1.0.0"
Title = "Plain Web"
Description = """
A longer text
over some lines."""
Category = "Other"
Keywords = ["one", "two", "three"]

[Runtime]
Module = "web"
MemoryLimit = "500Mi"
MemoryReservation = "400Mi"
VolumeMount = "/data"
VolumeSize = "1Gi"

${Array.from({ length: ROWS }, (_, index) => row(index)).join('\n')}
[Mine]
${Array.from({ length: OTHER_KEYS }, (_, index) => `Key${index} = "value ${index}"`).join('\n')}
`

beforeAll(async () => {
  const project = join(home, 'projects', 'plain-web')
  await cp(join(import.meta.dirname, '../../resources/samples/plain-web'), project, { recursive: true })
  await writeFile(join(project, 'q-app.toml'), TEXT)
  opened = await openBenchWindow(home, project)
  await opened.page.getByLabel('Name of VARIABLE_0').waitFor()
  // A row further down is drawn only when it is visited.
  await opened.page.locator('[data-path="Env[20]"]').focus()
  await opened.page.getByLabel('Secret of VARIABLE_20').waitFor()
  peers = await opened.blank()
  await peers.setContent('<textarea rows="30" cols="80"></textarea><div id="editor"></div>')
  await peers.addScriptTag({ content: await scriptOf('plain-editor.ts') })
  await peers.evaluate(text => {
    const area = document.querySelector('textarea') as HTMLTextAreaElement
    area.value = text
    const { plainEditor } = window as unknown as { plainEditor(parent: Element, text: string): void }
    plainEditor(document.querySelector('#editor') as Element, text)
  }, TEXT)
})

afterAll(async () => {
  await opened?.close()
  rmSync(home, { recursive: true, force: true })
})

/** The measured times, and milliseconds of processor time for each key. */
type Measured = Typed & { readonly cpu: number }

async function type(at: Page, place: Locator): Promise<Measured> {
  await at.bringToFront()
  await place.focus()
  for (const key of (await isText(place)) ? IN_THE_TITLE : ['End']) await place.press(key)
  // The work that the click started is over by then.
  await delay(500)
  await at.evaluate(timeKeys)
  const before = await opened.rendererSeconds()
  for (let key = 0; key < KEYS; key++) {
    await at.keyboard.press('x')
    await delay(PAUSE_MS)
  }
  const cpu = (1000 * ((await opened.rendererSeconds()) - before)) / KEYS
  return { ...(await at.evaluate(typedKeys)), cpu }
}

/** From the beginning of the text into the quotes of the Title. */
const IN_THE_TITLE = ['Control+Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'End', 'ArrowLeft']

const isText = (place: Locator) => place.evaluate(element => element.tagName !== 'INPUT')

test('typing', async () => {
  const { page } = opened
  const form = page.getByRole('region', { name: 'Form of the manifest' })
  const places: readonly (readonly [string, Page, () => Locator])[] = [
    ['form, Title', page, () => form.getByLabel('Title')],
    ['form, a variable', page, () => form.locator('[data-path="Env[20].Secret"] input')],
    ['TOML', page, () => page.getByRole('textbox', { name: /^Text of / })],
    ['plain CodeMirror', peers, () => peers.locator('.cm-content')],
    ['plain text area', peers, () => peers.locator('textarea')]
  ]
  const rounds = new Map<string, Measured[]>(places.map(([name]) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, at, place] of places) rounds.get(name)?.push(await type(at, place()))
  }
  const ms = (value: number) => value.toFixed(1)
  const rows = places.map(([name]) => {
    const typed = rounds.get(name) ?? []
    const of = (key: keyof Typed, share: number) =>
      ms(median(typed.map(round => quantile(round[key], share))))
    return [
      name,
      of('handled', 0.5),
      of('handled', 0.95),
      of('handled', 1),
      of('shown', 0.5),
      of('shown', 0.95),
      ms(median(typed.map(({ cpu }) => cpu)))
    ]
  })
  printTable(`Milliseconds from key press, ${ROWS} variables, ${KEYS} keys, median of ${ROUNDS} rounds`, [
    ['typed into', 'handled p50', 'p95', 'worst', 'shown p50', 'p95', 'processor time a key'],
    ...rows
  ])
})

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN
}
