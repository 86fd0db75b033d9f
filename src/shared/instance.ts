/** Instances: one run of an App on a platform, with its state, the reason for it, and its log. */
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

/** What a starting instance is doing. */
export const START_PHASES = ['waiting', 'fetching', 'unpacking', 'installing', 'starting'] as const

export const EngineKind = z.enum(['docker', 'process'])
export type EngineKind = z.infer<typeof EngineKind>

/** Port an app is served on inside its container. */
export const CONTAINER_PORT = 55_555

export const Instance = z.object({
  id: z.uuid(),
  app: z.object({ id: z.uuid(), name: z.string(), version: z.string(), title: z.string() }),
  owner: z.string(),
  visibility: Visibility,
  state: z.enum(INSTANCE_STATES),
  phase: z.enum(START_PHASES).optional(),
  /** 0 to 100, where the phase can tell. */
  percent: z.number().min(0).max(100).optional(),
  reason: Reason.optional(),
  /** Where a browser reaches it, with the route the app announced; empty until a port is known. */
  url: z.string(),
  createdAt: z.iso.datetime(),
  /** Start of the newest run. */
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  /** How often it was started again. */
  restarts: z.int().min(0),
  /** What runs it, where the platform runs it on this computer. */
  engine: EngineKind.optional(),
  /** Why the engine cannot be asked now; state and memory are the last that was known then. */
  engineGone: z.string().optional(),
  /** Bytes. */
  memory: z.object({ used: z.number().optional(), limit: z.number().optional() }),
  /** A shell can be opened in it now, by the caller. */
  shell: z.boolean().optional(),
  /** Made by a project's local run. */
  ephemeral: z.boolean(),
  /** Differences the user should know: another port than asked, no hard memory limit. */
  notices: z.array(z.string())
})
export type Instance = z.infer<typeof Instance>

/** A name of the environment as shells and containers take it; those beginning with Q8S are the platform's own. */
export const EnvOverrideName = z
  .string()
  .max(256, { error: () => t`at most 256 characters` })
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, {
    error: () => t`letters, digits, "_", "." and "-", and no digit first`
  })
  .refine(name => !/^q8s/i.test(name), { error: () => t`names beginning with Q8S are reserved` })

/** What stands in for an `[[Env]]` entry: a plain value of at most 128 KiB, or a key of one of the caller's secrets. */
export const EnvOverride = z.union([
  z.string().max(131_072, { error: () => t`at most 128 KiB` }),
  z.object({ secret: SecretName, key: SecretKey })
])
export type EnvOverride = z.infer<typeof EnvOverride>

/** A variable the app asks for, whose secret has no such key. */
export const MissingValue = z.object({ name: z.string(), secret: z.string(), key: z.string() })
export type MissingValue = z.infer<typeof MissingValue>

const byId = z.object({ id: z.uuid() })

/** What may keep an instance from starting. */
const startErrors = {
  ...NOT_FOUND,
  ...FORBIDDEN,
  ...UNSUPPORTED,
  ...invalid(z.object({ missing: z.array(MissingValue) }).optional()),
  ...conflict(z.union([InUse, z.object({ port: z.int() })]))
}

export const instancesContract = {
  /** The caller's own; with `all` also those others made visible. Newest first. */
  list: procedure
    .route({ method: 'GET', path: '/instances' })
    .input(z.object({ all: z.boolean().default(false) }))
    .output(z.array(Instance)),
  get: procedure
    .route({ method: 'GET', path: '/instances/{id}' })
    .errors(NOT_FOUND)
    .input(byId)
    .output(Instance),
  /** Records an instance and starts it; does not wait until it is ready. INVALID when a secret it needs is missing. */
  run: procedure
    .route({ method: 'POST', path: '/instances' })
    .errors(startErrors)
    .input(
      z.object({
        appId: z.uuid(),
        visibility: Visibility.default('PRIVATE'),
        /** Overrides of [[Env]] for this instance; only platforms with the `local-engine` capability take them. */
        env: z.record(z.string(), EnvOverride).default({}),
        /** Wanted port on this computer; another is taken, with a notice, when it is in use. */
        port: z.int().min(1).max(65_535).optional(),
        engine: EngineKind.optional(),
        ephemeral: z.boolean().default(false),
        /**
         * An ended ephemeral instance of the same Name that goes on with this app: its ID, log and volume stay, the
         * app it ran goes. CONFLICT while it runs, INVALID for any other instance.
         */
        replaces: z.uuid().optional(),
        /**
         * It ends with the process of the caller: it is stopped and removed should that one be killed. Only platforms
         * with the `local-engine` capability do it.
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
  /** Asks the app to end, kills it after a grace time; resolves when it has ended. */
  stop: procedure
    .route({ method: 'POST', path: '/instances/{id}/stop' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN })
    .input(byId)
    .output(Instance),
  /** Starts a stopped or failed instance again, with its volume and its log kept. */
  start: procedure
    .route({ method: 'POST', path: '/instances/{id}/start' })
    .errors(startErrors)
    .input(byId)
    .output(Instance),
  /** Ends it as `stop` does and starts it again; as `start` for one that has ended. */
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
  /** Names of the variables q8s gives the app, in the manifest's order, then those given at the run. */
  env: procedure
    .route({ method: 'GET', path: '/instances/{id}/env' })
    .errors(NOT_FOUND)
    .input(byId)
    .output(z.array(EnvName)),
  /** What its newest run is made of; null where its launcher has not said so. Needs the capability `facts`. */
  facts: procedure
    .route({ method: 'GET', path: '/instances/{id}/facts' })
    .errors({ ...NOT_FOUND, ...UNSUPPORTED })
    .input(byId)
    .output(RunFacts.nullable()),
  /** What removing these would free; those the caller may not see are left out. Needs the capability `usage`. */
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
  /** Its latest events, the oldest first, of all its runs. */
  events: procedure
    .route({ method: 'GET', path: '/instances/{id}/events' })
    .errors(NOT_FOUND)
    .input(byId)
    .output(z.array(InstanceEvent)),
  /** Memory and CPU of running instances until the listener ends; needs the capability `metrics`. */
  metrics: metricsProcedure,
  /** Counts the lines of a log that match, and names some; needs the capability `find-log`. INVALID for a regular expression that is none or takes too long. */
  findLog: procedure
    .route({ method: 'GET', path: '/instances/{id}/log/find' })
    .errors({ ...NOT_FOUND, ...UNSUPPORTED })
    .input(LogFindQuery)
    .output(LogMatches),
  /** First all the caller may see, then changes; conflated, the latest wins. */
  watch: procedure
    .route({ method: 'GET', path: '/instances/watch' })
    .input(z.object({ all: z.boolean().default(false) }))
    .output(eventIterator(z.object({ changed: z.array(Instance), removed: z.array(z.uuid()) })))
}
