/** Upkeep: one act on many Instances, and clearing away old ones. Each is a Job that goes on past single failures. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Sha256 } from './app.ts'

export const InstanceAct = z.enum(['stop', 'start', 'restart', 'remove'])
export type InstanceAct = z.infer<typeof InstanceAct>

/** At most this many at once. */
const MOST = 5_000
const ids = z.array(z.uuid()).max(MOST)
const jobStarted = z.object({ jobId: z.uuid() })

/** A deploy version that no running instance needs. */
export const OldApp = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime(),
  sha256: Sha256,
  /** Bytes of its bundle, which go when no other app has the same one. */
  size: z.int().min(0),
  /** Newest deploy version of its Name: most want to keep it. */
  newest: z.boolean()
})
export type OldApp = z.infer<typeof OldApp>

/** A stopped or failed instance. */
export const OldInstance = z.object({
  id: z.uuid(),
  appId: z.uuid(),
  title: z.string(),
  version: z.string(),
  state: z.enum(['stopped', 'failed']),
  endedAt: z.iso.datetime(),
  ephemeral: z.boolean(),
  /** Bytes of its log and of what it keeps on its volume; absent where the platform does not tell. */
  log: z.number().min(0).optional(),
  volume: z.number().min(0).optional()
})
export type OldInstance = z.infer<typeof OldInstance>

export const CleanUpPlan = z.object({
  apps: z.array(OldApp),
  instances: z.array(OldInstance),
  /** How many apps have each bundle of `apps`, by its SHA-256. */
  users: z.record(z.string(), z.int())
})
export type CleanUpPlan = z.infer<typeof CleanUpPlan>

export const CleanUpChoice = z.object({ apps: ids, instances: ids })
export type CleanUpChoice = z.infer<typeof CleanUpChoice>

export const upkeepContract = {
  /**
   * Job: does it to each. `remove` stops what runs, then waits `undoSeconds`; cancelled until then it removes
   * nothing, and starts again what it stopped. Fails when one fails; `result.items` tells of each.
   */
  instances: oc
    .input(
      z.object({
        act: InstanceAct,
        ids: ids.min(1),
        undoSeconds: z.int().min(0).max(60).default(0)
      })
    )
    .output(jobStarted),
  /** The caller's deploy versions without running instances, and their ended instances; oldest first. */
  cleanUpPlan: oc.output(CleanUpPlan),
  /** Job: removes what was chosen of a plan. An app goes with its ended instances. */
  cleanUp: oc.input(CleanUpChoice).output(jobStarted)
}

/** Bytes a choice frees. A bundle counts once, and only when every app that has it goes. */
export function freedBytes(plan: CleanUpPlan, choice: CleanUpChoice): number {
  const apps = new Set(choice.apps)
  const instances = new Set(choice.instances)
  const gone = new Map<string, number>()
  let bytes = 0
  for (const { id, sha256, size } of plan.apps) {
    if (!apps.has(id)) continue
    const count = (gone.get(sha256) ?? 0) + 1
    gone.set(sha256, count)
    if (count === plan.users[sha256]) bytes += size
  }
  for (const { id, appId, log = 0, volume = 0 } of plan.instances) {
    if (instances.has(id) || apps.has(appId)) bytes += log + volume
  }
  return bytes
}

/** All of a plan but what someone may still want: data on a volume, the log of a failure, the newest deploy of a Name. */
export function proposedChoice({ apps, instances }: CleanUpPlan): CleanUpChoice {
  const holding = new Set(instances.filter(({ volume = 0 }) => volume > 0).map(({ appId }) => appId))
  return {
    apps: apps.filter(({ id, newest }) => !newest && !holding.has(id)).map(({ id }) => id),
    instances: instances
      .filter(({ state, volume = 0 }) => state === 'stopped' && volume === 0)
      .map(({ id }) => id)
  }
}
