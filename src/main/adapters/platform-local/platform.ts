/** The embedded local platform: the platform contract on this computer, for one user, over one state folder. */
import type { JobRecords, LeftoverPlace, RunOptionsStore, SecretValues } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import type { EngineKind } from '#shared/instance.ts'
import { type Capability, type Platform, platformContract } from '#shared/platform.ts'
import { createApps } from './apps.ts'
import { createBundleFiles, type UploadKey } from './bundles.ts'
import { createContext, type LocalContext, type LocalOptions } from './context.ts'
import { createFiles } from './files.ts'
import { rowsOfIds } from './instance-records.ts'
import { createInstances } from './instances.ts'
import { createJobRecords } from './job-records.ts'
import { createLauncher } from './launch.ts'
import { statePlace } from './leftovers.ts'
import { methodsOf } from './method.ts'
import { watchMetrics } from './metrics.ts'
import { createObserver } from './observe.ts'
import { createRunOptions } from './run-options.ts'
import { createSecretKeyring, type SecretKeyring } from './secret-key.ts'
import { readSecretValues } from './secret-values.ts'
import { createSecrets } from './secrets.ts'
import { createShells } from './shells.ts'
import { scheduleSweep } from './sweep.ts'
import { watchInstances } from './watch.ts'
import { watchApps } from './watch-apps.ts'

export type { LocalOptions } from './context.ts'

/** Milliseconds an engine's answer may be old in a list that is watched. */
const WATCH_AGE = 2_000

/** Milliseconds after which bundles are checked by their size only: the newest are first. */
const HASHING_MS = 5_000

export interface LocalPlatform {
  readonly platform: Platform
  readonly runOptions: RunOptionsStore
  readonly jobRecords: JobRecords
  /** For what leaves this computer; no client gets them. */
  secretValues(): Promise<SecretValues>
  /** What is wrong with the database and with bundles, in words; empty where nothing is. */
  recordProblems(): Promise<string[]>
  /** UNAVAILABLE or FORBIDDEN where the secrets, or what they are encrypted with, cannot be read. */
  checkSecrets(): Promise<void>
  /** Writes the records to a new file. Which bundles they need. */
  copyRecords(file: string): Promise<readonly string[]>
  /** See `SecretKeyring.export`. */
  secretKey: SecretKeyring['export']
  /** What the state folder holds of what is gone. */
  readonly leftovers: LeftoverPlace
  /** Which of these instances have a record. */
  recorded(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Whether anything on record ran with that engine. */
  uses(engine: EngineKind): Promise<boolean>
  close(): Promise<void>
}

/**
 * Opens nothing yet: the database is opened by the first call that needs it (its errors are that call's errors), and
 * engines are asked only about instances. Any number of processes may have the same home open. `close` ends
 * background work; instances go on.
 */
export async function createLocalPlatform(options: LocalOptions): Promise<LocalPlatform> {
  const context = createContext(options)
  const bundles = createBundleFiles(context)
  const keyring = createSecretKeyring(context)
  const secrets = createSecrets(context, keyring)
  const apps = createApps(context, bundles)
  const observer = createObserver(context)
  const launcher = createLauncher(context, bundles, observer)
  const instances = createInstances({ context, bundles, observer, launcher, secrets, keyring })
  const shells = createShells(context, observer)
  const files = createFiles(context, observer)
  const sweep = scheduleSweep(context, bundles, observer, instances.endDetached)
  const method = methodsOf(context.folders.state)
  const it = platformContract

  const platform: Platform = {
    info: method(it.info, async () => ({
      kind: 'local' as const,
      user: context.user,
      capabilities: capabilitiesOf(context),
      notices: await keyring.notices()
    })),
    uploads: {
      status: method(it.uploads.status, async key => ({ offset: await bundles.offset(key) })),
      append: method(it.uploads.append, async ({ offset, data, ...key }) => ({
        offset: await bundles.append(key, offset, data)
      })),
      discard: method(it.uploads.discard, async ({ sha256 }) =>
        bundles.discard(await context.store(), sha256)
      )
    },
    apps: {
      list: method(it.apps.list, apps.list),
      watch: method(it.apps.watch, (input, signal) => watchApps(context, input, signal)),
      get: method(it.apps.get, apps.get),
      contents: method(it.apps.contents, apps.contents),
      text: method(it.apps.text, apps.text),
      import: method(it.apps.import, apps.import),
      icon: method(it.apps.icon, apps.icon),
      update: method(it.apps.update, apps.update),
      remove: method(it.apps.remove, instances.removeApp)
    },
    instances: {
      list: method(it.instances.list, (input, signal) => instances.list(input, signal)),
      get: method(it.instances.get, instances.get),
      run: method(it.instances.run, instances.run),
      update: method(it.instances.update, instances.update),
      stop: method(it.instances.stop, instances.stop),
      start: method(it.instances.start, instances.start),
      remove: method(it.instances.remove, instances.remove),
      restart: method(it.instances.restart, instances.restart),
      events: method(it.instances.events, instances.events),
      metrics: method(it.instances.metrics, async (input, signal) =>
        watchMetrics(context, observer, input, signal)
      ),
      env: method(it.instances.env, instances.env),
      facts: method(it.instances.facts, instances.facts),
      usage: method(it.instances.usage, instances.usage),
      readLog: method(it.instances.readLog, instances.readLog),
      findLog: method(it.instances.findLog, instances.findLog),
      watch: method(it.instances.watch, async (input, signal) => {
        await context.store()
        const looks = {
          all: (until: AbortSignal) => instances.list(input, until, WATCH_AGE),
          some: (ids: readonly string[], until: AbortSignal) => instances.some(ids, until, WATCH_AGE)
        }
        return watchInstances(context, observer.runFolderOf, looks, signal)
      })
    },
    files: {
      list: method(it.files.list, files.list),
      text: method(it.files.text, files.text),
      open: method(it.files.open, files.open),
      read: method(it.files.read, files.read),
      close: method(it.files.close, files.close)
    },
    shells: {
      open: method(it.shells.open, shells.open),
      read: method(it.shells.read, shells.read),
      write: method(it.shells.write, shells.write),
      resize: method(it.shells.resize, shells.resize),
      close: method(it.shells.close, shells.close)
    },
    secrets: {
      list: method(it.secrets.list, secrets.list),
      set: method(it.secrets.set, secrets.set),
      remove: method(it.secrets.remove, secrets.remove)
    }
  }
  return {
    platform,
    runOptions: createRunOptions(context, keyring),
    jobRecords: createJobRecords(context),
    secretValues: () => readSecretValues(context, keyring),
    async recordProblems() {
      const store = await context.store()
      const found = store.problems()
      const end = performance.now() + HASHING_MS
      for (const key of store.all<UploadKey>('SELECT DISTINCT sha256, size FROM apps ORDER BY seq DESC')) {
        const problem = await bundles.problem(key, performance.now() < end)
        if (problem !== undefined) found.push(problem)
      }
      return found
    },
    async checkSecrets() {
      await keyring.check()
      const { problem } = await readSecretValues(context, keyring)
      if (problem) throw new AppError('UNAVAILABLE', problem.message, problem.hint)
    },
    async copyRecords(file) {
      const store = await context.store()
      store.copyTo(file)
      return store.all<{ sha256: string }>('SELECT DISTINCT sha256 FROM apps').map(({ sha256 }) => sha256)
    },
    secretKey: keyring.export,
    leftovers: statePlace(context, bundles, observer, instances.endAndRemove),
    recorded: async ids => new Set(rowsOfIds(await context.store(), ids).map(({ id }) => id)),
    async uses(engine) {
      const sql = `SELECT 1 AS used FROM instances WHERE engine = ? UNION SELECT 1 FROM leftovers WHERE engine = ?`
      return (await context.store()).get(sql, engine, engine) !== undefined
    },
    async close() {
      await sweep.stop()
      await Promise.all([shells.closeAll(), files.closeAll()])
      await context.close()
    }
  }
}

function capabilitiesOf({ engines }: LocalContext): Capability[] {
  const always = ['local-engine', 'secrets', 'metrics', 'events'] as const
  return [
    ...always,
    ...(engines.some(({ files }) => files) ? (['files'] as const) : []),
    ...(engines.some(({ openShell }) => openShell) ? (['shell'] as const) : [])
  ]
}
