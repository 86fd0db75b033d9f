/** The local platform: implements the platform contract on this computer, in one home, for any number of users. */
import { createRouterClient } from '@orpc/server'
import type { OpenedPlatform, PlatformRouter } from '#core/platform/opened.ts'
import type { LeftoverPlace } from '#core/ports.ts'
import type { EngineKind } from '#shared/instance.ts'
import type { Capability } from '#shared/platform.ts'
import { appsRouter } from './apps.ts'
import { type BundleFiles, createBundleFiles, type UploadKey, uploadsRouter } from './bundles.ts'
import { createContext, type LocalContext, type LocalOptions } from './context.ts'
import { createFiles, filesRouter } from './files.ts'
import { createInstanceStarter } from './instances/launch.ts'
import { createObserver } from './instances/observe.ts'
import type { Parts } from './instances/parts.ts'
import { rowsOfIds } from './instances/records.ts'
import { endAndRemove, endDetached, removeApp } from './instances/remove.ts'
import { instancesRouter } from './instances/router.ts'
import { statePlace } from './leftovers.ts'
import { proceduresIn } from './procedures.ts'
import { createSecrets, secretsRouter } from './secrets.ts'
import { createShells, shellsRouter } from './shells.ts'
import { scheduleSweep } from './sweep.ts'

export type { LocalOptions } from './context.ts'

/** After this many milliseconds, remaining bundles are only checked by size. The newest are checked first. */
const HASHING_MS = 5_000

export interface LocalPlatform extends OpenedPlatform {
  /** Files in the state folder that belong to removed instances and apps. */
  readonly leftovers: LeftoverPlace
  /** Problems of the database and of bundles, as messages; empty if there are none. */
  recordProblems(): Promise<string[]>
  /** Which of these instances have a record. */
  recorded(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Whether any recorded instance ran with that engine. */
  uses(engine: EngineKind): Promise<boolean>
  /** Ends background work, shells and reads; instances keep running. The caller that opened the home closes it. */
  close(): Promise<void>
}

/** Opens nothing yet: engines are only asked about instances, and the home opens its database at the first use. */
export function openLocalPlatform(options: LocalOptions): LocalPlatform {
  const context = createContext(options)
  const bundles = createBundleFiles(context)
  const observer = createObserver(context)
  const starter = createInstanceStarter(context, bundles, observer)
  const parts: Parts = { context, bundles, observer, starter, secrets: createSecrets(context) }
  const shells = createShells(context, observer)
  const files = createFiles(context, observer)
  const sweep = scheduleSweep(context, bundles, observer, signal => endDetached(parts, signal))
  const router = routerOf(parts, shells, files)
  return {
    router,
    as: user => createRouterClient(router, { context: { user } }),
    leftovers: statePlace(context, bundles, observer, (owner, id, signal) =>
      endAndRemove(parts, owner, id, signal)
    ),
    recordProblems: () => recordProblems(context, bundles),
    recorded: async ids => new Set(rowsOfIds(await context.store(), ids).map(({ id }) => id)),
    async uses(engine) {
      const sql = `SELECT 1 AS used FROM instances WHERE engine = ? UNION SELECT 1 FROM leftovers WHERE engine = ?`
      return (await context.store()).get(sql, engine, engine) !== undefined
    },
    async close() {
      await sweep.stop()
      await Promise.all([shells.closeAll(), files.closeAll()])
    }
  }
}

function routerOf(
  parts: Parts,
  shells: ReturnType<typeof createShells>,
  files: ReturnType<typeof createFiles>
): PlatformRouter {
  const { context, bundles, secrets } = parts
  const procedures = proceduresIn(context.folders.state)
  return procedures.router({
    info: procedures.info.handler(async ({ context: { user } }) => ({
      kind: 'local' as const,
      user,
      capabilities: capabilitiesOf(context),
      notices: await context.keyring.notices()
    })),
    uploads: uploadsRouter(procedures, context, bundles),
    apps: appsRouter(procedures, context, bundles, (user, id, signal) => removeApp(parts, user, id, signal)),
    instances: instancesRouter(procedures, parts),
    files: filesRouter(procedures, files),
    shells: shellsRouter(procedures, shells),
    secrets: secretsRouter(procedures, secrets)
  })
}

function capabilitiesOf({ engines }: LocalContext): Capability[] {
  const always = ['local-engine', 'secrets', 'metrics', 'events', 'find-log', 'facts', 'usage'] as const
  return [
    ...always,
    ...(engines.some(({ files }) => files) ? (['files'] as const) : []),
    ...(engines.some(({ openShell }) => openShell) ? (['shell'] as const) : [])
  ]
}

async function recordProblems(context: LocalContext, bundles: BundleFiles): Promise<string[]> {
  const store = await context.store()
  const found = store.problems()
  const end = performance.now() + HASHING_MS
  for (const key of store.all<UploadKey>('SELECT DISTINCT sha256, size FROM apps ORDER BY seq DESC')) {
    const problem = await bundles.problem(key, performance.now() < end)
    if (problem !== undefined) found.push(problem)
  }
  return found
}
