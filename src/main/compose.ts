/** The composition root: builds a host's services from the adapters, each when it is first needed. */
import { arch, release, type } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { createFileLocks } from '#adapters/store/file-locks.ts'
import { type Connection, connectionOf } from '#core/api/context.ts'
import { createGivenPaths } from '#core/api/given-paths.ts'
import { createRouters, type HostRouter, type HostServices } from '#core/api/router.ts'
import type { BundleFolders } from '#core/bundle/leftovers.ts'
import { createChecks } from '#core/diagnosis/checks.ts'
import { sweepTemporaries } from '#core/files/temporary.ts'
import { type HomeFolders, homeFolders } from '#core/host/folders.ts'
import { createHostLog, type HostLog } from '#core/host/log.ts'
import { createKept } from '#core/host/preferences.ts'
import { createSettings, type SettingsStore } from '#core/host/settings.ts'
import { createUpdates } from '#core/host/updates.ts'
import { createJobHistory } from '#core/jobs/history.ts'
import { createJobs } from '#core/jobs/jobs.ts'
import type { HomeCopies, LoginItem, SecretValues, ShownApp, UpdateSource } from '#core/ports.ts'
import { createProfiles } from '#core/profiles.ts'
import { createDrafts } from '#core/project/drafts.ts'
import { createDrops } from '#core/project/drop.ts'
import { createRecentProjects } from '#core/project/recent.ts'
import { createProjects } from '#core/project/service.ts'
import { environmentSecrets } from '#core/support/redact.ts'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { languageFor, speakLanguage, spoken } from '#shared/languages/index.ts'
import type { Settings } from '#shared/system.ts'
import { chosenDocker, findLeftovers, makeEngines, openLocal } from './local.ts'
import { VERSION } from './version.ts'

export interface HostOptions {
  readonly kind: 'electron' | 'browser' | 'cli'
  readonly folders?: HomeFolders
  /** The host's log, if it was opened before the host was composed. */
  readonly log?: HostLog
  readonly pickFolder?: () => Promise<string | undefined>
  readonly showApp?: (app: ShownApp) => boolean
  /** Present if the system can start the host at login. */
  readonly loginItem?: LoginItem | undefined
  readonly firstProject?: () => string | undefined
  /** Calls may name only paths that the user chose; see `Host.give`. */
  readonly onlyGivenPaths?: boolean
  /** The system's own language (`de-AT`), if Node does not know it. */
  readonly locale?: () => string | undefined
  /**
   * The proxy from the system's own settings, as environment variables, if the host can find it. May use the network.
   */
  readonly systemProxy?: () => Promise<Readonly<Record<string, string>>>
  /** Present if the host can replace itself with a newer version. */
  readonly updateSource?: (() => Promise<UpdateSource>) | undefined
  /** The host's own tokens, to remove from everything that leaves this computer. */
  readonly ownSecrets?: () => readonly string[]
}

export interface Host {
  readonly log: HostLog
  /** The contract for a client of this profile, and the context that each of its calls starts with. */
  connect(profile?: string): { readonly router: HostRouter; readonly context: Connection }
  /** Allows a path that the user chose in a way the page cannot influence. */
  give(path: string): void
  /** A client of the contract in this process. */
  client(profile?: string): Client
  /** Sets the user's language, now and after each change of the settings. Without this call the host uses English. */
  speak(): Promise<void>
  /** Calls the listener after each change of the settings made through this host. */
  onSettings(listener: () => void): void
  /** Checks for updates if the user wants automatic checks and one is due. */
  lookIfDue(): Promise<void>
  readonly copies: HomeCopies
  /** Cancels jobs, waits for their clean-up, closes the stores. Instances keep running. */
  close(): Promise<void>
}

/** Opens the host's own log before the host exists, so that errors while it is composed are logged too. */
export function openHostLog(options: Pick<HostOptions, 'kind' | 'folders' | 'ownSecrets'>): HostLog {
  const { kind, folders = homeFolders(), ownSecrets } = options
  return createHostLog({
    stateFolder: folders.state,
    host: kind,
    secrets: () => [...environmentSecrets(process.env), ...(ownSecrets?.() ?? [])]
  })
}

/** The profile that always exists: the platform on this computer. */
const LOCAL = 'local'

export function createHost(options: HostOptions): Host {
  const folders = options.folders ?? homeFolders()
  const locks = createFileLocks(folders.state)
  const settingsListeners = new Set<() => void>()
  let speaks = false
  const settings = toldSettings(createSettings(folders.config, locks), async saved => {
    if (speaks) await speakAs(saved, options.locale?.())
    for (const listener of settingsListeners) listener()
  })
  const log = options.log ?? openHostLog(options)
  // A command is short-lived: it reports problems to the user directly, not in the log.
  const lasts = options.kind !== 'cli'
  const own = join(folders.state, 'projects')
  const drops = createDrops(own)
  const recent = createRecentProjects(folders.state, locks)
  const given = createGivenPaths(async () => [own, ...(await recent.list()).map(({ path }) => path)])
  const local = once(() => openLocal(folders, settings, options.systemProxy))
  const profiles = createProfiles(new Map([[LOCAL, { kind: 'local', open: local }]]))
  const localPlatform = () => profiles.platform(LOCAL)
  const secretValues = async () => withOwn(await (await local()).secretValues(), options.ownSecrets?.() ?? [])
  const history = createJobHistory({
    records: async () => (await local()).jobRecords,
    // A command that needs no platform does not open one just to store jobs.
    isKept: () => lasts || local.opened !== undefined,
    secretValues,
    // A command itself reports errors that keep it from using its home.
    onTrouble: error => {
      if (lasts || !(error instanceof AppError)) log.error(error)
    }
  })
  const jobs = createJobs(undefined, log.error, history)

  const checks = createChecks({
    folders,
    settings: settings.read,
    engines: async () => (await local()).engines,
    platform: localPlatform,
    records: local,
    keychain: async () => (await import('#adapters/keychain.ts')).createKeychain(),
    computer: async () => (await import('#adapters/computer.ts')).createComputer(process.env)
  })
  const support = once(async () =>
    (await import('#core/support/service.ts')).createSupport({
      version: VERSION,
      host: options.kind,
      folders,
      env: process.env,
      settings: settings.read,
      checks: signal => checks({}, signal),
      jobs: async () => {
        const running = jobs.list().filter(({ state }) => state === 'running')
        return [...running, ...(await jobs.history())]
      },
      hostLog: log.tail,
      platform: localPlatform,
      secretValues
    })
  )

  const updates = createUpdates({
    source: options.updateSource && once(options.updateSource),
    version: VERSION,
    settings,
    jobs,
    stateFolder: folders.state
  })
  const closing = new AbortController()
  const bundleFolders = {
    temporary: join(folders.cache, 'bundles'),
    index: join(folders.cache, 'bundle-index')
  }
  const leftovers = once(async () =>
    findLeftovers(folders.cache, bundleFolders, await local(), chosenDocker(settings))
  )

  const services: HostServices = {
    profiles,
    version: VERSION,
    host: options.kind,
    logFolder: log.folder,
    settings,
    kept: createKept(folders.state, locks),
    jobs,
    drops,
    locks,
    drafts: createDrafts(folders.state, locks),
    projects: createProjects(recent, own, locks),
    folders: { ...bundleFolders, sizeBudget: async () => (await settings.read()).sizeBudget },
    local: localPlatform,
    runOptions: async () => (await local()).runOptions,
    buildRuntime: async request => {
      const { buildRuntimeImage } = await import('#adapters/engine-docker/runtime-image.ts')
      const { withSystemProxy } = await import('#adapters/host-settings.ts')
      const env = await withSystemProxy(process.env, options.systemProxy)
      return buildRuntimeImage({ ...request, env, address: chosenDocker(settings) })
    },
    saveRuntime: async request => {
      const { saveRuntimeImage } = await import('#adapters/engine-docker/image-file.ts')
      await saveRuntimeImage({ ...request, address: chosenDocker(settings) })
    },
    loadRuntime: async request => {
      const { loadRuntimeImage } = await import('#adapters/engine-docker/image-file.ts')
      await loadRuntimeImage({ ...request, address: chosenDocker(settings) })
    },
    dockers: async signal => {
      const { findDockers } = await import('#adapters/engine-docker/known.ts')
      return findDockers((await settings.read()).docker, signal)
    },
    leftovers,
    checks,
    support,
    updates,
    pickFolder: options.pickFolder && chosenBy(options.pickFolder, given.give),
    showApp: options.showApp,
    loginItem: options.loginItem,
    firstProject: options.firstProject
  }
  const routerOf = createRouters(services)
  const routers = new Map<string, HostRouter>()

  function connect(profile = LOCAL) {
    const context = connectionOf(profiles, profile, options.onlyGivenPaths ? given.require : undefined)
    const router = routers.get(profile) ?? routerOf(profile)
    // Store only routers of existing profiles: a client may ask for any name.
    if (profiles.list().some(({ name }) => name === profile)) routers.set(profile, router)
    return { router, context }
  }

  if (lasts) log.note(`q8s ${VERSION} started. ${system()}`)
  const swept = lasts ? sweepTemporaries(writtenFolders(folders, bundleFolders)) : undefined
  return {
    log,
    connect,
    give: given.give,
    async speak() {
      speaks = true
      await speakAs(await settings.read(), options.locale?.())
    },
    onSettings: listener => void settingsListeners.add(listener),
    client(profile) {
      const { router, context } = connect(profile)
      return createRouterClient(router, { context })
    },
    lookIfDue: () => updates.lookIfDue(closing.signal),
    copies: {
      async backup(file, choice) {
        const { backUp } = await import('#adapters/home-copy/backup.ts')
        return backUp({ folders, version: VERSION, home: (await local()).home }, file, choice)
      },
      async restore(file, choice) {
        const { restore } = await import('#adapters/home-copy/restore.ts')
        const { createKeychain } = await import('#adapters/keychain.ts')
        // Not taken from the platform: that would open the home.
        const engines = await makeEngines(folders, settings, options.systemProxy)
        return restore({ folders, engines, keychain: createKeychain() }, file, choice)
      }
    },
    async close() {
      closing.abort()
      await jobs.close()
      await drops.close()
      await swept
      await local.opened?.then(
        opened => opened.close(),
        () => undefined
      )
      if (lasts) log.note('It ended in order.')
    }
  }
}

/** Folders where files are replaced whole; a host that was killed may have left temporary files there. */
function writtenFolders({ config, state, cache }: HomeFolders, bundles: BundleFolders): string[] {
  const inState = ['drafts', 'windows', 'keys', 'projects'].map(name => join(state, name))
  return [config, state, cache, ...inState, bundles.temporary, bundles.index]
}

/** The system the host runs on: `Electron 45.0.0, Node 24.1.0, Linux 6.1.0 x64.` */
function system(): string {
  const { electron, node } = process.versions
  return `${electron ? `Electron ${electron}, ` : ''}Node ${node}, ${type()} ${release()} ${arch()}.`
}

/** Adds the host's own tokens, and the passwords of package indexes and proxies. */
async function withOwn(stored: SecretValues, own: readonly string[]): Promise<SecretValues> {
  const [{ installSettings }, { passwordsIn }] = await Promise.all([
    import('#adapters/host-settings.ts'),
    import('#core/support/encodings.ts')
  ])
  const { env } = await installSettings()
  return { ...stored, values: [...stored.values, ...own, ...Object.values(env).flatMap(passwordsIn)] }
}

/** A path that the user picks in the host's own dialog is allowed at once. */
function chosenBy(pick: () => Promise<string | undefined>, give: (path: string) => void) {
  return async () => {
    const path = await pick()
    if (path !== undefined) give(path)
    return path
  }
}

function toldSettings(store: SettingsStore, tell: (saved: Settings) => Promise<void>): SettingsStore {
  return {
    read: store.read,
    async save(change) {
      const saved = await store.save(change)
      await tell(saved)
      return saved
    }
  }
}

async function speakAs({ language }: Settings, locale = Intl.DateTimeFormat().resolvedOptions().locale) {
  const wanted = language === 'auto' ? languageFor(locale) : language
  if (wanted !== spoken()) await speakLanguage(wanted)
}

/** Opens at the first call; after a failure the next call tries again. */
function once<T>(open: () => Promise<T>): (() => Promise<T>) & { opened?: Promise<T> | undefined } {
  const call: (() => Promise<T>) & { opened?: Promise<T> | undefined } = () => {
    call.opened ??= open().catch(error => {
      call.opened = undefined
      throw error
    })
    return call.opened
  }
  return call
}
