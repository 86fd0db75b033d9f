/** The composition root: makes a host's services of the adapters, each when it is first needed. */
import { arch, release, type } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { createFileLocks } from '#adapters/store/file-locks.ts'
import type { Connection } from '#core/api/context.ts'
import { createGivenPaths } from '#core/api/given-paths.ts'
import { createRouter } from '#core/api/router.ts'
import type { BundleFolders } from '#core/bundle/leftovers.ts'
import type { Leftovers } from '#core/clean-up/leftovers.ts'
import { createChecks } from '#core/diagnosis/checks.ts'
import { sweepTemporaries } from '#core/files/temporary.ts'
import { type HomeFolders, homeFolders } from '#core/host/folders.ts'
import { createHostLog, type HostLog } from '#core/host/log.ts'
import { createKept } from '#core/host/preferences.ts'
import { createSettings, type SettingsStore } from '#core/host/settings.ts'
import { createUpdates } from '#core/host/updates.ts'
import { createJobHistory } from '#core/jobs/history.ts'
import { createJobs } from '#core/jobs/jobs.ts'
import type {
  HomeCopies,
  LeftoverPlace,
  LoginItem,
  SecretValues,
  ShownApp,
  UpdateSource
} from '#core/ports.ts'
import { createDrafts } from '#core/project/drafts.ts'
import { createDrops } from '#core/project/drop.ts'
import { createRecentProjects } from '#core/project/recent.ts'
import { createProjects } from '#core/project/service.ts'
import { environmentSecrets } from '#core/support/redact.ts'
import type { Client } from '#shared/contract.ts'
import { AppError, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { languageFor, speakLanguage, spoken } from '#shared/languages/index.ts'
import type { Platform } from '#shared/platform.ts'
import type { Settings } from '#shared/system.ts'
import { VERSION } from './version.ts'

export interface HostOptions {
  readonly kind: 'electron' | 'browser' | 'cli'
  readonly folders?: HomeFolders
  /** Where the host opened its log before it was composed. */
  readonly log?: HostLog
  readonly pickFolder?: () => Promise<string | undefined>
  readonly showApp?: (app: ShownApp) => boolean
  /** Present where the system can start the host at login. */
  readonly loginItem?: LoginItem | undefined
  readonly firstProject?: () => string | undefined
  /** Calls may name only paths their user chose; see `Host.give`. */
  readonly onlyGivenPaths?: boolean
  /** The system's own language (`de-AT`), where Node does not know it. */
  readonly locale?: () => string | undefined
  /** What this system's own settings say of a proxy, as variables; where the host can tell. May ask the network. */
  readonly systemProxy?: () => Promise<Readonly<Record<string, string>>>
  /** Present where the host replaces itself by newer versions. */
  readonly updateSource?: (() => Promise<UpdateSource>) | undefined
  /** Tokens of the host's own, to be taken out of what leaves this computer. */
  readonly ownSecrets?: () => readonly string[]
}

export type Router = ReturnType<typeof createRouter>

export interface Host {
  readonly router: Router
  readonly log: HostLog
  /** What a connection for this profile starts from. */
  connection(profile?: string): Connection
  /** The user chose this path, where the page has no part in it. */
  give(path: string): void
  /** The contract's client in this process. */
  client(profile?: string): Client
  /** Speaks the language its user wants, from here on also where the settings change. A host that does not call it speaks English. */
  speak(): Promise<void>
  /** Calls back after each change of the settings that was made through this host. */
  onSettings(listener: () => void): void
  /** Looks for updates where the user wants that done by itself, and it is time. */
  lookIfDue(): Promise<void>
  readonly copies: HomeCopies
  /** Cancels jobs, waits for their clean-up, closes the stores. Instances go on. */
  close(): Promise<void>
}

/** The host's own log, before there is a host: it tells of what goes wrong while one is made, too. */
export function openHostLog(options: Pick<HostOptions, 'kind' | 'folders' | 'ownSecrets'>): HostLog {
  const { kind, folders = homeFolders(), ownSecrets } = options
  return createHostLog({
    stateFolder: folders.state,
    host: kind,
    secrets: () => [...environmentSecrets(process.env), ...(ownSecrets?.() ?? [])]
  })
}

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
  // A command comes and goes; what it has to tell, it tells who gave it.
  const lasts = options.kind !== 'cli'
  const own = join(folders.state, 'projects')
  const drops = createDrops(own)
  const recent = createRecentProjects(folders.state, locks)
  const given = createGivenPaths(async () => [own, ...(await recent.list()).map(({ path }) => path)])
  const local = once(() => openLocalPlatform(folders, settings, options.systemProxy))
  const secretValues = async () => withOwn(await (await local()).secretValues(), options.ownSecrets?.() ?? [])
  const history = createJobHistory({
    records: async () => (await local()).jobRecords,
    // A command that needs no platform opens none for this.
    isKept: () => lasts || local.opened !== undefined,
    secretValues,
    // What keeps a command from using its home, the command tells itself.
    onTrouble: error => {
      if (lasts || !(error instanceof AppError)) log.error(error)
    }
  })
  const jobs = createJobs(undefined, log.error, history)

  const checks = createChecks({
    folders,
    settings: settings.read,
    engines: async () => (await local()).engines,
    platform: async () => (await local()).platform,
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
      platform: async () => (await local()).platform,
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

  const router = createRouter({
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
    local: async () => (await local()).platform,
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
  })

  function connection(profile = 'local'): Connection {
    return {
      profile: { name: profile, kind: 'local' },
      platform: async () => (await local()).platform,
      requirePath: options.onlyGivenPaths ? given.require : undefined
    }
  }

  if (lasts) log.note(`q8s ${VERSION} started. ${system()}`)
  const swept = lasts ? sweepTemporaries(writtenFolders(folders, bundleFolders)) : undefined
  return {
    router,
    log,
    connection,
    give: given.give,
    async speak() {
      speaks = true
      await speakAs(await settings.read(), options.locale?.())
    },
    onSettings: listener => void settingsListeners.add(listener),
    client: profile => createRouterClient(router, { context: connection(profile) }),
    lookIfDue: () => updates.lookIfDue(closing.signal),
    copies: {
      async backup(file, choice) {
        const { backUp } = await import('#adapters/home-copy/backup.ts')
        return backUp({ folders, version: VERSION, platform: await local() }, file, choice)
      },
      async restore(file, choice) {
        const { restore } = await import('#adapters/home-copy/restore.ts')
        const { createKeychain } = await import('#adapters/keychain.ts')
        // Not of the platform: that would open the home.
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

/** Where files are replaced whole, and a host that was killed may have left what it was writing. */
function writtenFolders({ config, state, cache }: HomeFolders, bundles: BundleFolders): string[] {
  const inState = ['drafts', 'windows', 'keys', 'projects'].map(name => join(state, name))
  return [config, state, cache, ...inState, bundles.temporary, bundles.index]
}

/** What it runs on: `Electron 45.0.0, Node 24.1.0, Linux 6.1.0 x64.` */
function system(): string {
  const { electron, node } = process.versions
  return `${electron ? `Electron ${electron}, ` : ''}Node ${node}, ${type()} ${release()} ${arch()}.`
}

/** Also the host's own tokens, and the passwords of package indexes and proxies. */
async function withOwn(stored: SecretValues, own: readonly string[]): Promise<SecretValues> {
  const [{ installSettings }, { passwordsIn }] = await Promise.all([
    import('#adapters/host-settings.ts'),
    import('#core/support/encodings.ts')
  ])
  const { env } = await installSettings()
  return { ...stored, values: [...stored.values, ...own, ...Object.values(env).flatMap(passwordsIn)] }
}

/** What is chosen in the host's own dialog is given with it. */
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

/** Opens at the first call; a failed opening is tried again by the next. */
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

/** Read anew each time Docker is asked. Where the settings cannot be read, nobody knows which it is. */
function chosenDocker(settings: SettingsStore): () => Promise<string> {
  return async () => {
    try {
      return (await settings.read()).docker
    } catch (error) {
      const { message, hint } = reportOf(error)
      throw new AppError('UNAVAILABLE', message, hint, { cause: error })
    }
  }
}

async function makeEngines(
  { cache: cacheFolder }: HomeFolders,
  settings: SettingsStore,
  systemProxy: HostOptions['systemProxy']
) {
  const [{ createProcessEngine }, { createDockerEngine }] = await Promise.all([
    import('#adapters/engine-process/index.ts'),
    import('#adapters/engine-docker/index.ts')
  ])
  return [
    createDockerEngine({ cacheFolder, address: chosenDocker(settings), systemProxy }),
    createProcessEngine({ cacheFolder, systemProxy })
  ]
}

async function openLocalPlatform(
  folders: HomeFolders,
  settings: SettingsStore,
  systemProxy: HostOptions['systemProxy']
) {
  const [{ createLocalPlatform }, { createKeychain }, engines, { user }] = await Promise.all([
    import('#adapters/platform-local/platform.ts'),
    import('#adapters/keychain.ts'),
    makeEngines(folders, settings, systemProxy),
    settings.read()
  ])
  const opened = await createLocalPlatform({
    folders,
    user,
    engines,
    // Read anew for each run: a change of the setting takes effect without a restart.
    engineChoice: async () => (await settings.read()).engine,
    keychain: createKeychain(),
    inspect: async (file, options) => {
      const { inspectBundle } = await import('#core/bundle/read/index.ts')
      return inspectBundle(file, options)
    }
  })
  return { ...opened, platform: opened.platform satisfies Platform, engines }
}

/** Every place of this computer where old runs and bundles leave things. */
async function findLeftovers(
  cacheFolder: string,
  bundleFolders: BundleFolders,
  local: Awaited<ReturnType<typeof openLocalPlatform>>,
  address: () => Promise<string>
): Promise<Leftovers> {
  const [{ joinLeftovers }, { bundleCachePlace }, { environmentsPlace }, { dockerPlace }, { pythonOfHome }] =
    await Promise.all([
      import('#core/clean-up/leftovers.ts'),
      import('#core/bundle/leftovers.ts'),
      import('#adapters/leftover-environments.ts'),
      import('#adapters/engine-docker/leftovers.ts'),
      import('#adapters/engine-process/python.ts')
    ])
  const environments = (name: string, folder: string) =>
    environmentsPlace({ name, folder: join(cacheFolder, folder), python: () => pythonOfHome(cacheFolder) })
  return joinLeftovers(
    new Map<string, LeftoverPlace>([
      ['state', local.leftovers],
      ['bundles', bundleCachePlace(bundleFolders)],
      ['environments', environments(t`environments`, 'envs')],
      [
        'docker',
        dockerPlace({ cacheFolder, address, recorded: local.recorded, isUsed: () => local.uses('docker') })
      ]
    ])
  )
}
