/** One action on many instances or apps; a removal can be undone for a few seconds. */
import type { App } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import { isStartingOrReady } from '#shared/instance-state.ts'
import type { JobResult } from '#shared/job.ts'
import type { NewSubject } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import type { Platform } from '#shared/platform.ts'
import type { AppRemoval, InstanceAct } from '#shared/upkeep.ts'
import { doToEach, type Many, type Named, REMOVING, waitForUndo } from './items.ts'
import type { JobContext } from './jobs.ts'

export interface ActRequest {
  readonly act: InstanceAct
  readonly ids: readonly string[]
  /** Seconds before items are removed, in which the job can be cancelled. */
  readonly undoSeconds: number
}

/** Limit of instances or apps stopped, started or removed at once. */
const AT_ONCE = 4

const WORDS: Readonly<Record<InstanceAct, Pick<Many, 'act' | 'notDone'>>> = {
  stop: {
    act: 'stop',
    notDone: (failed, all) => t`${failed} of ${all} were not stopped; the others were.`
  },
  start: {
    act: 'start',
    notDone: (failed, all) => t`${failed} of ${all} were not started; the others were.`
  },
  restart: {
    act: 'restart',
    notDone: (failed, all) => t`${failed} of ${all} were not restarted; the others were.`
  },
  remove: REMOVING
}

/** The name of the instance if there is one, else the number of instances. */
export async function subjectOfMany(platform: Platform, ids: readonly string[]): Promise<NewSubject> {
  const [id] = ids
  if (ids.length !== 1 || id === undefined) return { code: 'instances', count: ids.length }
  return { code: 'name', name: titleOf(await platform.instances.get({ id })) }
}

export async function actOnInstances(
  platform: Platform,
  { act, ids, undoSeconds }: ActRequest,
  job: JobContext
): Promise<JobResult> {
  const there = new Map((await platform.instances.list({ all: true })).map(it => [it.id, it]))
  const items = ids.map(id => ({ id, title: titleOf(there.get(id)) ?? id }))
  const { instances } = platform
  const work: Record<InstanceAct, (id: string) => Promise<unknown>> = {
    stop: id => instances.stop({ id }),
    start: id => instances.start({ id }),
    restart: id => instances.restart({ id }),
    async remove(id) {
      await instances.stop({ id })
      await instances.remove({ id })
    }
  }
  if (act === 'remove' && undoSeconds > 0) {
    await stopAndWait(platform, items, there, undoSeconds, job)
  }
  return doToEach({ items, ...WORDS[act], bound: AT_ONCE }, job, async id => void (await work[act](id)))
}

/** The name of the app if there is one, else the number of apps. */
export async function subjectOfApps(platform: Platform, ids: readonly string[]): Promise<NewSubject> {
  const [id] = ids
  if (ids.length !== 1 || id === undefined) return { code: 'apps', count: ids.length }
  return { code: 'name', name: appTitle(await platform.apps.get({ id })) }
}

/** Removes apps with their ended instances. An app with running instances stays, and is reported. */
export async function removeApps(
  platform: Platform,
  { ids, undoSeconds }: AppRemoval,
  job: JobContext
): Promise<JobResult> {
  const apps = await platform.apps.list({ all: true, ephemeral: true })
  const titles = new Map(apps.map(app => [app.id, appTitle(app)]))
  const items = ids.map(id => ({ id, title: titles.get(id) ?? id }))
  await waitForUndo(items, undoSeconds, job)
  return doToEach({ items, ...WORDS.remove, bound: AT_ONCE }, job, id => platform.apps.remove({ id }))
}

const appTitle = ({ title, version }: App) => `${title} ${version}`

/** Stops running instances and waits. If the job is cancelled during this, those that ran before are started again. */
async function stopAndWait(
  platform: Platform,
  items: readonly Named[],
  there: ReadonlyMap<string, Instance>,
  seconds: number,
  job: JobContext
): Promise<void> {
  const running = items.filter(({ id }) => {
    const instance = there.get(id)
    return instance !== undefined && isStartingOrReady(instance)
  })
  try {
    if (running.length > 0) {
      const words = { items: running, ...WORDS.stop, bound: AT_ONCE }
      await doToEach(words, job, async id => void (await platform.instances.stop({ id })))
    }
    await waitForUndo(items, seconds, job)
  } catch (error) {
    if (!job.signal.aborted) throw error
    for (const { id } of running) await platform.instances.start({ id }).catch(() => undefined)
    throw error
  }
}

function titleOf(instance: Instance): string
function titleOf(instance: Instance | undefined): string | undefined
function titleOf(instance: Instance | undefined): string | undefined {
  return instance && `${instance.app.title} ${instance.app.version}`
}
