/** Instances of the local platform: recorded before they start, so that any later host finds and shows them. */
import { requireOwned } from '#core/platform/visibility.ts'
import type { Procedures } from '../procedures.ts'
import { runFacts } from './details.ts'
import { watchMetrics } from './metrics.ts'
import type { Parts } from './parts.ts'
import {
  getInstance,
  listInstances,
  readEnvNames,
  readEvents,
  readLog,
  readUsage,
  someInstances
} from './read.ts'
import { requireRow, setVisibility } from './records.ts'
import { remove } from './remove.ts'
import { run } from './run.ts'
import { restart, start } from './start.ts'
import { stop } from './stop.ts'
import { watchInstances } from './watch.ts'

/** In a watched list, an engine's answer may be this many milliseconds old. */
const WATCH_AGE = 2_000

export function instancesRouter({ instances: noun }: Procedures, parts: Parts) {
  const { context: local, observer } = parts
  const row = async (user: string, id: string) => requireRow(await local.store(), id, user)

  return noun.router({
    list: noun.list.handler(({ context: { user }, input, signal }) =>
      listInstances(parts, user, input.all, signal)
    ),
    get: noun.get.handler(({ context: { user }, input, signal }) =>
      getInstance(parts, user, input.id, signal)
    ),
    run: noun.run.handler(({ context: { user }, input, signal }) => run(parts, user, input, signal)),
    update: noun.update.handler(async ({ context: { user }, input: { id, visibility } }) => {
      const known = await row(user, id)
      requireOwned(known, user)
      setVisibility(await local.store(), known, visibility, local.now())
      return getInstance(parts, user, id)
    }),
    stop: noun.stop.handler(({ context: { user }, input, signal }) => stop(parts, user, input.id, signal)),
    start: noun.start.handler(({ context: { user }, input, signal }) => start(parts, user, input.id, signal)),
    restart: noun.restart.handler(({ context: { user }, input, signal }) =>
      restart(parts, user, input.id, signal)
    ),
    remove: noun.remove.handler(({ context: { user }, input }) => remove(parts, user, input.id)),
    events: noun.events.handler(({ context: { user }, input }) => readEvents(parts, user, input.id)),
    env: noun.env.handler(({ context: { user }, input }) => readEnvNames(parts, user, input.id)),
    facts: noun.facts.handler(async ({ context: { user }, input }) =>
      runFacts(observer.runFolderOf((await row(user, input.id)).id))
    ),
    usage: noun.usage.handler(({ context: { user }, input, signal }) =>
      readUsage(parts, user, input.ids, signal)
    ),
    readLog: noun.readLog.handler(({ context: { user }, input, signal }) =>
      readLog(parts, user, input, signal)
    ),
    findLog: noun.findLog.handler(async ({ context: { user }, input, signal }) => {
      const { id } = await row(user, input.id)
      const { findInLog } = await import('#core/log/find.ts')
      return findInLog(observer.runFolderOf(id), input, signal)
    }),
    metrics: noun.metrics.handler(async ({ context: { user }, input, signal }) =>
      watchMetrics(local, observer, user, input, signal)
    ),
    watch: noun.watch.handler(async ({ context: { user }, input, signal }) => {
      await local.store()
      const looks = {
        all: (until: AbortSignal) => listInstances(parts, user, input.all, until, WATCH_AGE),
        some: (ids: readonly string[], until: AbortSignal) =>
          someInstances(parts, user, ids, until, WATCH_AGE)
      }
      return watchInstances(local, observer.runFolderOf, looks, signal)
    })
  })
}
