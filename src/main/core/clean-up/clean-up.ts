/** Finds what can be cleaned up (old deploy versions, ended instances, files of old runs), and removes it in a job. */
import { type App, isDeployVersion } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import { isEnded } from '#shared/instance-state.ts'
import type { JobResult } from '#shared/job.ts'
import type { Platform } from '#shared/platform.ts'
import {
  type CleanUp,
  type CleanUpPlan,
  freedBytes,
  type LeftoverPlan,
  type OldApp,
  type OldInstance
} from '#shared/upkeep.ts'
import { doToEach, REMOVING, waitForUndo } from '../jobs/items.ts'
import type { JobContext } from '../jobs/jobs.ts'
import type { Leftovers } from './leftovers.ts'

/** Items removed at once: each waits for its engine and the disk, and engines answer many requests in parallel. */
const AT_ONCE = 16

/** The caller's deploy versions that nothing running needs, and the caller's ended instances; oldest first. */
export async function planCleanUp(platform: Platform, signal?: AbortSignal): Promise<CleanUpPlan> {
  const options = signal ? { signal } : {}
  const [{ user, capabilities }, apps, instances] = await Promise.all([
    platform.info(undefined, options),
    platform.apps.list({ all: true, ephemeral: true }, options),
    platform.instances.list({}, options)
  ])
  const ended = instances.filter(isEnded)
  const ids = ended.map(({ id }) => id)
  const usage = capabilities.includes('usage') ? await platform.instances.usage({ ids }, options) : []
  const bytes = new Map(usage.map(({ id, log, volume }) => [id, { log, volume }]))
  const old = oldApps(
    apps.filter(({ owner }) => owner === user),
    instances
  )
  return {
    apps: old.sort((a, b) => order(a.createdAt, b.createdAt)),
    instances: ended
      .map((instance): OldInstance => ({ ...endedInstance(instance), ...bytes.get(instance.id) }))
      .sort((a, b) => order(a.endedAt, b.endedAt)),
    users: bundleUsers(apps, new Set(old.map(({ sha256 }) => sha256)))
  }
}

/** Files that old runs and bundles left on this computer; oldest first. */
export async function planLeftovers(places: Leftovers, signal?: AbortSignal): Promise<LeftoverPlan> {
  const { leftovers, unknown } = await places.list(signal)
  return { leftovers: leftovers.toSorted((a, b) => order(a.usedAt, b.usedAt)), unknown: [...unknown] }
}

/**
 * Removes apps first, each with its ended instances, then the other chosen items. An item that fails stays and is
 * reported.
 */
export async function cleanUp(
  platform: Platform,
  places: Leftovers,
  choice: CleanUp,
  job: JobContext
): Promise<JobResult> {
  const [ofPlatform, ofComputer] = await Promise.all([
    planCleanUp(platform, job.signal),
    planLeftovers(places, job.signal)
  ])
  const plan = { ...ofPlatform, ...ofComputer }
  const apps = plan.apps.filter(({ id }) => choice.apps.includes(id))
  const goingApps = new Set(apps.map(({ id }) => id))
  const instances = plan.instances.filter(
    ({ id, appId }) => choice.instances.includes(id) && !goingApps.has(appId)
  )
  const leftovers = plan.leftovers.filter(({ id }) => choice.leftovers.includes(id))
  const goingInstances = new Set(instances.map(({ id }) => id))
  const gone = { apps: [] as string[], instances: [] as string[], leftovers: [] as string[] }
  const items = [
    ...[...apps, ...instances].map(({ id, title, version }) => ({ id, title: `${title} ${version}` })),
    ...leftovers.map(({ id, title }) => ({ id, title }))
  ]
  await waitForUndo(items, choice.undoSeconds, job)
  const reportFreed = () => job.found({ freed: freedBytes(plan, gone) })
  try {
    return await doToEach({ items, ...REMOVING, bound: AT_ONCE }, job, async id => {
      if (goingApps.has(id)) {
        await platform.apps.remove({ id })
        gone.apps.push(id)
      } else if (goingInstances.has(id)) {
        await platform.instances.remove({ id })
        gone.instances.push(id)
      } else {
        await places.remove(id)
        gone.leftovers.push(id)
      }
    })
  } finally {
    reportFreed()
  }
}

function oldApps(apps: readonly App[], instances: readonly Instance[]): OldApp[] {
  const inUse = new Set(instances.filter(it => !isEnded(it)).map(it => it.app.id))
  const deploys = apps.filter(app => !app.ephemeral && isDeployVersion(app.version))
  const newest = new Map<string, App>()
  for (const app of deploys) {
    const best = newest.get(app.name)
    if (!best || best.createdAt < app.createdAt) newest.set(app.name, app)
  }
  return deploys
    .filter(app => !inUse.has(app.id))
    .map(({ id, name, version, title, createdAt, bundle }) => ({
      ...{ id, name, version, title, createdAt, sha256: bundle.sha256, size: bundle.size },
      newest: newest.get(name)?.id === id
    }))
}

type Ended = Instance & { readonly state: OldInstance['state'] }

function endedInstance({ id, app, state, endedAt, createdAt, ephemeral }: Ended): OldInstance {
  const { id: appId, title, version } = app
  return { id, appId, title, version, state, endedAt: endedAt ?? createdAt, ephemeral }
}

/** The number of apps that use each of these bundles, including other users' apps that the caller can see. */
function bundleUsers(apps: readonly App[], wanted: ReadonlySet<string>): Record<string, number> {
  const users: Record<string, number> = {}
  for (const { bundle } of apps) {
    if (wanted.has(bundle.sha256)) users[bundle.sha256] = (users[bundle.sha256] ?? 0) + 1
  }
  return users
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
