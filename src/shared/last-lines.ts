/** The last lines of an instance's log, also if its newest run began within them. */
import type { LogLine } from './log.ts'
import type { Platform } from './platform.ts'

/** Most pages to read: a page ends where a run ends. */
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

/** Lines of the launcher that may be among the app's own. */
const OF_THE_LAUNCHER = 20

/** At most `count` of the app's own last lines; the launcher's if the app wrote nothing. */
export async function lastWords(
  platform: Pick<Platform, 'instances'>,
  id: string,
  count: number
): Promise<readonly LogLine[]> {
  const lines = await lastLines(platform, id, count + OF_THE_LAUNCHER)
  const own = lines.filter(({ stream }) => stream !== 'system')
  return (own.length > 0 ? own : lines).slice(-count)
}
