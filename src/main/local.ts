/** The platform on this computer: home, engines and leftovers, each created when it is first needed. */
import { join } from 'node:path'
import type { BundleFolders } from '#core/bundle/leftovers.ts'
import type { Leftovers } from '#core/clean-up/leftovers.ts'
import type { HomeFolders } from '#core/host/folders.ts'
import type { SettingsStore } from '#core/host/settings.ts'
import type { LeftoverPlace } from '#core/ports.ts'
import { AppError, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** The proxy from the system's own settings, as environment variables. May use the network. */
export type SystemProxy = (() => Promise<Readonly<Record<string, string>>>) | undefined

/** Read again for each use of Docker. If the settings cannot be read, the choice is unknown. */
export function chosenDocker(settings: SettingsStore): () => Promise<string> {
  return async () => {
    try {
      return (await settings.read()).docker
    } catch (error) {
      const { message, hint } = reportOf(error)
      throw new AppError('UNAVAILABLE', message, hint, { cause: error })
    }
  }
}

export async function makeEngines(
  { cache: cacheFolder }: HomeFolders,
  settings: SettingsStore,
  systemProxy: SystemProxy
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

/** Opens the home of this user and the platform in it. */
export async function openLocal(folders: HomeFolders, settings: SettingsStore, systemProxy: SystemProxy) {
  const [parts, { openLocalPlatform }, { createKeychain }, engines, { user }] = await Promise.all([
    import('#adapters/home/index.ts'),
    import('#adapters/platform-local/open.ts'),
    import('#adapters/keychain.ts'),
    makeEngines(folders, settings, systemProxy),
    settings.read()
  ])
  const home = parts.createHome({ folders, keychain: createKeychain() })
  const platform = openLocalPlatform({
    home,
    engines,
    // Read again for each run, so that a change of the setting takes effect without a restart.
    engineChoice: async () => (await settings.read()).engine,
    inspect: async (file, options) => {
      const { inspectBundle } = await import('#core/bundle/read/index.ts')
      return inspectBundle(file, options)
    }
  })
  return {
    ...{ home, platform, engines, user },
    runOptions: parts.createRunOptions(home, user),
    jobRecords: parts.createJobRecords(home),
    secretValues: () => parts.readSecretValues(home),
    recordProblems: platform.recordProblems,
    checkSecrets: () => parts.checkSecrets(home),
    async close() {
      await platform.close()
      await home.close()
    }
  }
}

/** Searches every place on this computer where old runs and bundles leave files. */
export async function findLeftovers(
  cacheFolder: string,
  bundleFolders: BundleFolders,
  { platform }: Awaited<ReturnType<typeof openLocal>>,
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
      ['state', platform.leftovers],
      ['bundles', bundleCachePlace(bundleFolders)],
      ['environments', environments(t`environments`, 'envs')],
      [
        'docker',
        dockerPlace({
          ...{ cacheFolder, address },
          recorded: platform.recorded,
          isUsed: () => platform.uses('docker')
        })
      ]
    ])
  )
}
