/** The longest task of a page's main thread during some work. */
import type { Browser, Page } from '@playwright/test'

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds of processor time. */
  readonly tdur?: number
}

/** In milliseconds of processor time, so that other programs do not lengthen it. */
export async function longestTask(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>
): Promise<number> {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] })
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[]
  }
  const frame = traceEvents.find(({ name }) => name === 'FireAnimationFrame')
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith('RunTask') && pid === frame?.pid && tid === frame.tid
  )
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur / 1000), 0)
}
