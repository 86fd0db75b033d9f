/** Jobs that act on many Instances or Apps, and clean-up of what old ones left. They continue after single failures. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Sha256 } from './app.ts'
import { t } from './language.ts'

export const InstanceAct = z.enum(['stop', 'start', 'restart', 'remove'])
export type InstanceAct = z.infer<typeof InstanceAct>

/** Most items of one job. */
const MOST = 5_000
const ids = z.array(z.uuid()).max(MOST)
const jobStarted = z.object({ jobId: z.uuid() })
/** Seconds in which the user can cancel a removal; then nothing is removed. */
const undoSeconds = z.int().min(0).max(60).default(0)

const AppRemoval = z.object({ ids: ids.min(1), undoSeconds })
export type AppRemoval = z.infer<typeof AppRemoval>

/** A deploy version without running instances. */
export const OldApp = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime(),
  sha256: Sha256,
  /** Bytes of its bundle, which are freed if no other app has the same bundle. */
  size: z.int().min(0),
  /** Newest deploy version of its Name: most users want to keep it. */
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
  /** Bytes of its log and of its volume; absent if the platform does not report them. */
  log: z.number().min(0).optional(),
  volume: z.number().min(0).optional()
})
export type OldInstance = z.infer<typeof OldInstance>

/** Something on this computer that is no longer used: it can be made again, or belonged to something that is gone. */
export const Leftover = z.object({
  /** Opaque. */
  id: z.string(),
  kind: z.enum([
    'environment',
    'bundle-cache',
    'bundle',
    'upload',
    'run',
    'running',
    'volume',
    'container',
    'image'
  ]),
  title: z.string(),
  /** Bytes on disk. */
  size: z.number().min(0),
  /** When it was last used, as far as that is known. */
  usedAt: z.iso.datetime(),
  /** Selected by default, because the user is unlikely to want it. */
  proposed: z.boolean()
})
export type Leftover = z.infer<typeof Leftover>

/** The name of each kind, and the effect of removing it. */
export const LEFTOVER_WORDS: Readonly<Record<Leftover['kind'], readonly [what: string, meaning: string]>> = {
  get environment() {
    return [t`Environment`, t`The next app that needs it installs it again.`] as const
  },
  get 'bundle-cache'() {
    return [t`Bundle cache`, t`The next bundle of each project takes longer.`] as const
  },
  get bundle() {
    return [t`Stored bundle`, t`No app has it.`] as const
  },
  get upload() {
    return [t`Unfinished upload`, t`Its upload starts again.`] as const
  },
  get run() {
    return [t`Log of a removed instance`, t`Its log can no longer be read.`] as const
  },
  get volume() {
    return [t`Volume of a removed instance`, t`Its data are lost.`] as const
  },
  get container() {
    return [t`Container of a removed instance`, t`Nothing runs in it.`] as const
  },
  get running() {
    return [t`Running app`, t`It is stopped.`] as const
  },
  get image() {
    return [t`Runtime image`, t`Another version of q8s that needs it builds it again.`] as const
  }
}

export const CleanUpPlan = z.object({
  apps: z.array(OldApp),
  instances: z.array(OldInstance),
  /** Number of apps that have the same bundle, for each bundle of `apps`, by its SHA-256. */
  users: z.record(z.string(), z.int())
})
export type CleanUpPlan = z.infer<typeof CleanUpPlan>

export const LeftoverPlan = z.object({
  leftovers: z.array(Leftover),
  /** What could not be checked, and why, as text. */
  unknown: z.array(z.string())
})
export type LeftoverPlan = z.infer<typeof LeftoverPlan>

/** The plans for the platform and for this computer together, as the user sees them. */
export type JoinedPlan = CleanUpPlan & LeftoverPlan

export const CleanUpChoice = z.object({
  apps: ids,
  instances: ids,
  leftovers: z.array(z.string().max(200)).max(MOST).default([])
})
export type CleanUpChoice = z.infer<typeof CleanUpChoice>
const CleanUp = CleanUpChoice.extend({ undoSeconds })
export type CleanUp = z.infer<typeof CleanUp>

export const upkeepContract = {
  /**
   * Job: acts on each instance. `remove` stops running instances, then waits `undoSeconds`; if it is cancelled by then,
   * it removes nothing and starts the stopped instances again. Fails if one fails; `result.items` reports each.
   */
  instances: oc
    .input(
      z.object({
        act: InstanceAct,
        ids: ids.min(1),
        undoSeconds
      })
    )
    .output(jobStarted),
  /** Job: removes apps with their ended instances, after `undoSeconds`. Fails if one has running instances. */
  removeApps: oc.input(AppRemoval).output(jobStarted),
  /**
   * What can be removed from the platform: the caller's deploy versions without running instances, and their ended
   * instances; oldest first.
   */
  cleanUpPlan: oc.output(CleanUpPlan),
  /**
   * What can be removed from this computer, for any platform of the connection: files of old runs and bundles; oldest
   * first.
   */
  leftovers: oc.output(LeftoverPlan),
  /** Job: removes what was chosen from both plans, after `undoSeconds`. An app is removed with its ended instances. */
  cleanUp: oc.input(CleanUp).output(jobStarted)
}

/** Bytes that a choice frees. A bundle counts once, and only if every app that has it is removed. */
export function freedBytes(plan: JoinedPlan, choice: CleanUpChoice): number {
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
  const leftovers = new Set(choice.leftovers)
  for (const { id, size } of plan.leftovers) if (leftovers.has(id)) bytes += size
  return bytes
}

/**
 * Everything in a plan except what the user may still want: data on a volume, the log of a failure, the newest deploy
 * of a Name.
 */
export function proposedChoice({ apps, instances, leftovers }: JoinedPlan): CleanUpChoice {
  const holding = new Set(instances.filter(({ volume = 0 }) => volume > 0).map(({ appId }) => appId))
  return {
    apps: apps.filter(({ id, newest }) => !newest && !holding.has(id)).map(({ id }) => id),
    instances: instances
      .filter(({ state, volume = 0 }) => state === 'stopped' && volume === 0)
      .map(({ id }) => id),
    leftovers: leftovers.filter(({ proposed }) => proposed).map(({ id }) => id)
  }
}
