/** The memory of the log pane levels off: an hour of a busy app takes no more than its first minutes. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { openLog, run } from './pages/saying-app.ts'

/** One of six parts of an hour at 1,000 lines a second: memory fills with lines, not with time. */
const LINES = 600_000
const PARTS = 6
const MIB = 1024 * 1024

// The page is the same in Electron.
test('an hour of lines takes no more memory than its first part', { tag: '@browser' }, async ({
  home,
  window
}) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  const sizes: number[] = []
  for (let part = 1; part <= PARTS; part++) {
    await app.say('\u001b[32mINFO\u001b[0m request {n} answered in 12 ms with 200', LINES, (part - 1) * LINES)
    await expect(log).toContainText(`request ${part * LINES - 1} answered`, { timeout: 60_000 })
    sizes.push(await heapBytes(window))
  }
  const [first = 0] = sizes
  expect(Math.max(...sizes)).toBeLessThan(first + 8 * MIB)
})

async function heapBytes(window: Page): Promise<number> {
  const session = await window.context().newCDPSession(window)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}
