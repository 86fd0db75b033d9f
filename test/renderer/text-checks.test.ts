/** Checks of unsaved text: results are for the newest text only. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import type { Host } from '../../src/renderer/host/client.ts'
import type { ConnectionState } from '../../src/renderer/host/connection.ts'
import { setDraft } from '../../src/renderer/manifest/drafts.ts'
import { checkDrafts, useTextChecks } from '../../src/renderer/manifest/text-checks.ts'

const PATH = '/project'
const draft = (text: string) => setDraft(PATH, { text, revision: 'r', base: '' })
const checked = () => useTextChecks.getState().byPath[PATH]

let stop: AbortController
let answers: Map<string, (failure?: Error) => void>
const connection = createStore<ConnectionState>(() => ({ status: 'up', attempts: 0 }))

beforeEach(() => {
  vi.useFakeTimers()
  stop = new AbortController()
  answers = new Map()
  const check = ({ text }: { text: string }) =>
    new Promise((resolve, reject) => {
      const findings = [{ rule: 'r', severity: 'error', message: `of ${text}` }]
      answers.set(text, failure => (failure ? reject(failure) : resolve({ findings })))
    })
  const host = { client: { projects: { check } }, connection: { state: connection } } as unknown as Host
  checkDrafts(host, PATH, stop.signal)
})
afterEach(() => {
  stop.abort()
  setDraft(PATH, undefined)
  useTextChecks.setState({ byPath: {} })
  vi.useRealTimers()
})

async function rest() {
  await vi.advanceTimersByTimeAsync(1_000)
}

test('a text is checked once typing pauses', async () => {
  draft('a')
  draft('ab')
  await rest()
  expect([...answers.keys()]).toEqual(['ab'])
  answers.get('ab')?.()
  await rest()
  expect(checked()).toMatchObject({ text: 'ab', findings: [{ message: 'of ab' }] })
})

test('a late answer does not replace a newer one', async () => {
  draft('old')
  await rest()
  draft('new')
  await rest()
  answers.get('new')?.()
  await rest()
  answers.get('old')?.()
  await rest()
  expect(checked()?.text).toBe('new')
})

test('a failed check is repeated when the host is back', async () => {
  draft('a')
  await rest()
  answers.get('a')?.(new Error('gone'))
  await rest()
  answers.clear()
  connection.setState({ status: 'down' })
  connection.setState({ status: 'up' })
  await rest()
  answers.get('a')?.()
  await rest()
  expect(checked()?.text).toBe('a')
})

test('saved text has no result of its own', async () => {
  draft('a')
  await rest()
  answers.get('a')?.()
  await rest()
  setDraft(PATH, undefined)
  expect(checked()).toBeUndefined()
})
