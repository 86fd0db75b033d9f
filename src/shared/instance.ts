/** Instances: one run of an App on a platform, with its state, its reason and its log. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { InUse, Visibility } from './app.ts'
import { EnvName, InstanceUsage, RunFacts } from './instance-details.ts'
import { InstanceEvent } from './instance-event.ts'
import { t } from './language.ts'
import { LogFindQuery, LogMatches, LogPage, LogQuery } from './log.ts'
import { metricsProcedure } from './metrics.ts'
import { conflict, FORBIDDEN, invalid, NOT_FOUND, procedure, UNSUPPORTED } from './procedure.ts'
import { INSTANCE_STATES, Reason } from './reason.ts'
import { SecretKey, SecretName } from './secret.ts'

export { type InstanceState, Reason } from './reason.ts'

/** Steps of a starting instance. */
export const START_PHASES = ['waiting', 'fetching', 'unpacking', 'installing', 'starting'] as const

export const EngineKind = z.enum(['docker', 'process'])
export type EngineKind = z.infer<typeof EngineKind>

/** Port that an app is served on inside its container. */
export const CONTAINER_PORT = 55_555

export const Instance = z.object({
  id: z.uuid(),
  app: z.object({ id: z.uuid(), name: z.string(), version: z.string(), title: z.string() }),
  owner: z.string(),
  visibility: Visibility,
  state: z.enum(INSTANCE_STATES),
  phase: z.enum(START_PHASES).optional(),
  /** 0 to 100, if the phase knows its progress. */
  percent: z.number().min(0).max(100).optional(),
  reason: Reason.optional(),
  /** Address for a browser, with the route the app announced; empty until the port is known. */
  url: z.string(),
  createdAt: z.iso.datetime(),
  /** Start of the newest run. */
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  /** How often it was restarted. */
  restarts: z.int().min(0),
  /** The engine that runs it, if the platform runs it on this computer. */
  engine: EngineKind.optional(),
  /** Why the engine cannot be reached now; state and memory are then the last known values. */
  engineGone: z.string().optional(),
  /** Bytes. */
  memory: z.object({ used: z.number().optional(), limit: z.number().optional() }),
  /** The caller can open a shell in it now. */
  shell: z.boolean().optional(),
  /** Created by a local run of a project. */
  ephemeral: z.boolean(),
  /** Differences the user should know: another port than requested, no hard memory limit. */
  notices: z.array(z.string())
})
export type Instance = z.infer<typeof Instance>

/** An environment variable name that shells and containers accept; names starting with Q8S belong to the platform. */
export const EnvOverrideName = z
  .string()
  .max(256, { error: () => t`at most 256 characters` })
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, {
    error: () => t`letters, digits, "_", "." and "-", and no digit first`
  })
  .refine(name => !/^q8s/i.test(name), { error: () => t`names beginning with Q8S are reserved` })

/** Replaces an `[[Env]]` entry: a plain value of at most 128 KiB, or a key of one of the caller's secrets. */
export const EnvOverride = z.union([
  z.string().max(131_072, { error: () => t`at most 128 KiB` }),
  z.object({ secret: SecretName, key: SecretKey })
])
export type EnvOverride = z.infer<typeof EnvOverride>

/** A variable the app needs, whose key is missing in its secret. */
export const MissingValue = z.object({ name: z.string(), secret: z.string(), key: z.string() })
export type MissingValue = z.infer<typeof MissingValue>

const byId = z.object({ id: z.uuid() })

/** Errors that can prevent an instance from starting. */
const startErrors = {
  ...NOT_FOUND,
  ...FORBIDDEN,
  ...UNSUPPORTED,
  ...invalid(z.object({ missing: z.array(MissingValue) }).optional()),
  ...conflict(z.union([InUse, z.object({ port: z.int() })]))
}

export const instancesContract = {
  /** The caller's own; with `all` also those that other users made visible. Newest first. */
  list: procedure
    .route({ method: 'GET', path: '/instances' })
    .input(z.object({ all: z.boolean().default(false) }))
    .output(z.array(Instance)),
  get: procedure
    .route({ method: 'GET', path: '/instances/{id}' })
    .errors(NOT_FOUND)
    .input(byId)
    .output(Instance),
  /** Records an instance and starts it; does not wait until it is ready. INVALID if a secret it needs is missing. */
  run: procedure
    .route({ method: 'POST', path: '/instances' })
    .errors(startErrors)
    .input(
      z.object({
        appId: z.uuid(),
        visibility: Visibility.default('PRIVATE'),
        /** Overrides of [[Env]] for this instance; only platforms with the `local-engine` capability accept them. */
        env: z.record(z.string(), EnvOverride).default({}),
        /** Wanted port on this computer; if it is in use, another is chosen and a notice says so. */
        port: z.int().min(1).max(65_535).optional(),
        engine: EngineKind.optional(),
        ephemeral: z.boolean().default(false),
        /**
         * ID of an ended ephemeral instance of the same Name to continue with this app. Its ID, log and volume stay;
         * the app it ran is removed. CONFLICT while it runs, INVALID for any other instance.
         */
        replaces: z.uuid().optional(),
        /**
         * Ties the instance to the caller's process: if that process is killed, the instance is stopped and removed.
         * Only platforms with the `local-engine` capability support this.
         */
        attached: z.boolean().default(false)
      })
    )
    .output(Instance),
  update: procedure
    .route({ method: 'PATCH', path: '/instances/{id}' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN })
    .input(z.object({ id: z.uuid(), visibility: Visibility }))
    .output(Instance),
  /** Asks the app to end and kills it after a grace time; resolves when it has ended. */
  stop: procedure
    .route({ method: 'POST', path: '/instances/{id}/stop' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN })
    .input(byId)
    .output(Instance),
  /** Starts a stopped or failed instance again, with its volume and its log. */
  start: procedure
    .route({ method: 'POST', path: '/instances/{id}/start' })
    .errors(startErrors)
    .input(byId)
    .output(Instance),
  /** Stops it as `stop` does and starts it again; for an ended instance the same as `start`. */
  restart: procedure
    .route({ method: 'POST', path: '/instances/{id}/restart' })
    .errors(startErrors)
    .input(byId)
    .output(Instance),
  /** Removes a stopped or failed instance with its volume and log; CONFLICT while it runs. */
  remove: procedure
    .route({ method: 'DELETE', path: '/instances/{id}' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN, ...conflict(InUse) })
    .input(byId)
    .output(z.void()),
  /** Names of the variables q8s sets for the app: the manifest's in its order, then those given at the run. */
  env: procedure
    .route({ method: 'GET', path: '/instances/{id}/env' })
    .errors(NOT_FOUND)
    .input(byId)
    .output(z.array(EnvName)),
  /** Facts about its newest run; null if its launcher has not reported them. Needs the capability `facts`. */
  facts: procedure
    .route({ method: 'GET', path: '/instances/{id}/facts' })
    .errors({ ...NOT_FOUND, ...UNSUPPORTED })
    .input(byId)
    .output(RunFacts.nullable()),
  /**
   * Bytes that removing these instances would free; skips instances the caller may not see. Needs the capability
   * `usage`.
   */
  usage: procedure
    .route({ method: 'POST', path: '/instances/usage' })
    .errors(UNSUPPORTED)
    .input(z.object({ ids: z.array(z.uuid()).max(5_000) }))
    .output(z.array(InstanceUsage)),
  readLog: procedure
    .route({ method: 'GET', path: '/instances/{id}/log' })
    .errors(NOT_FOUND)
    .input(LogQuery)
    .output(LogPage),
  /** Its latest events over all its runs, oldest first. */
  events: procedure
    .route({ method: 'GET', path: '/instances/{id}/events' })
    .errors(NOT_FOUND)
    .input(byId)
    .output(z.array(InstanceEvent)),
  /** Memory and CPU of running instances while the caller listens; needs the capability `metrics`. */
  metrics: metricsProcedure,
  /**
   * Counts the lines of a log that match, and returns the numbers of some. INVALID for a regular expression that is
   * malformed or takes too long. Needs the capability `find-log`.
   */
  findLog: procedure
    .route({ method: 'GET', path: '/instances/{id}/log/find' })
    .errors({ ...NOT_FOUND, ...UNSUPPORTED })
    .input(LogFindQuery)
    .output(LogMatches),
  /** Sends all instances the caller may see, then changes. Changes are conflated: the latest wins. */
  watch: procedure
    .route({ method: 'GET', path: '/instances/watch' })
    .input(z.object({ all: z.boolean().default(false) }))
    .output(eventIterator(z.object({ changed: z.array(Instance), removed: z.array(z.uuid()) })))
}
