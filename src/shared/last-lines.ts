/** The last lines of an instance's log, wherever its newest run began. */
import type { LogLine } from './log.ts'
import type { Platform } from './platform.ts'

/** Pages read at most: a page ends where a run does. */
const MOST_PAGES = 50

/** At most `count` lines, oldest first. */
export async function lastLines(
  { instances }: Pick<Platform, 'instances'>,
  id: string,
  count: number
): Promise<readonly LogLine[]> {
  let page = await instances.readLog({ id, tail: count })
  let lines = page.lines
  for (let pages = 1; page.behind && pages < MOST_PAGES; pages++) {
    page = await instances.readLog({ id, cursor: page.next })
    lines = [...lines, ...page.lines].slice(-count)
  }
  return lines
}
