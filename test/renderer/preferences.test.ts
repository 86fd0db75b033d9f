/** Preferences that several windows of a user change at once: no change is lost. */
import { expect, test, vi } from 'vitest'

/** A host with preferences in memory, and windows on it: each with its own modules, as in a browser. */
function createWindows() {
  const texts = new Map<string, string>()
  const host = {
    kept: async ({ name }: { name: string }) => {
      const text = texts.get(name)
      return text === undefined ? null : { text }
    },
    keep: async ({ name, text }: { name: string; text: string }) => void texts.set(name, text)
  }
  return {
    texts,
    async open() {
      vi.resetModules()
      const { loadPreferences } = await import('../../src/renderer/host/preferences.ts')
      const steps = await import('../../src/renderer/actions/first-steps.ts')
      await loadPreferences(host as unknown as Parameters<typeof loadPreferences>[0])
      return steps
    }
  }
}

test('first steps hidden in one window stay hidden when another window ticks one', async () => {
  const windows = createWindows()
  const first = await windows.open()
  first.showFirstSteps(true)
  const [one, two] = [await windows.open(), await windows.open()]
  expect(two.useFirstSteps.getState()).toEqual({ shown: true, done: [] })
  one.showFirstSteps(false)
  two.useFirstSteps.setState({ done: ['run'] })
  await vi.waitFor(async () => {
    expect((await windows.open()).useFirstSteps.getState()).toEqual({ shown: false, done: ['run'] })
  })
})

test('first steps of an earlier version, which kept both in one document, are read', async () => {
  const windows = createWindows()
  windows.texts.set('steps', '{"state":{"shown":false,"done":["open"]},"version":0}')
  expect((await windows.open()).useFirstSteps.getState()).toEqual({ shown: false, done: ['open'] })
})

test('a damaged document counts as none', async () => {
  const windows = createWindows()
  windows.texts.set('steps', '{"state":{"shown":7}}')
  windows.texts.set('steps-shown', '"no"')
  expect((await windows.open()).useFirstSteps.getState()).toEqual({ done: [] })
})
