/** Installs a downloaded version with electron-updater, in each system's way. It sends nothing itself. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AppUpdater, UpdateInfo } from 'electron-updater'
import { makeFolder } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Fetch, Offer } from './channel.ts'
import { download } from './download.ts'

export interface UpdateOptions {
  /** `app-update.yml` as packaged. */
  readonly configFile: string
  /** Public key that verifies the channel's signature. Undefined if the app was packaged without a key. */
  readonly key: string | undefined
  readonly version: string
  readonly cacheFolder: string
  readonly fetch: Fetch
  /** Called with any problem that occurs while the app ends. */
  readonly failed: (problem: unknown) => void
  /** Calls back when the app ends, with its exit code. */
  readonly onQuit: (handler: (exitCode: number) => void) => void
}

/** The download in progress. */
export interface Fetching {
  /** Address of the channel's folder. */
  readonly address: string
  readonly offer: Offer
  readonly progress: (done: number, total: number) => void
  readonly signal: AbortSignal
}

type CustomFeed = Extract<Parameters<AppUpdater['setFeedURL']>[0], { readonly provider: 'custom' }>
type ProviderArguments = ConstructorParameters<NonNullable<CustomFeed['updateProvider']>>

/**
 * The class that installs a newer version here. Undefined for an unpacked or portable app, which cannot replace itself.
 */
export function installerOf(): 'NsisUpdater' | 'MacUpdater' | 'DebUpdater' | 'AppImageUpdater' | undefined {
  if (process.platform === 'win32')
    return process.env.PORTABLE_EXECUTABLE_FILE === undefined ? 'NsisUpdater' : undefined
  if (process.platform === 'darwin') return 'MacUpdater'
  if (process.env.APPIMAGE !== undefined) return 'AppImageUpdater'
  const type = join((process as { resourcesPath?: string }).resourcesPath ?? '', 'package-type')
  return existsSync(type) && readFileSync(type, 'utf8').trim() === 'deb' ? 'DebUpdater' : undefined
}

/** Downloads and checks the offered version. Returns the updater that installs it. */
export async function fetchOffer(options: UpdateOptions, fetching: Fetching): Promise<AppUpdater> {
  const updater = await updaterOf(options, fetching)
  try {
    await updater.checkForUpdates()
    await updater.downloadUpdate()
    return updater
  } catch (error) {
    fetching.signal.throwIfAborted()
    if ((error as { code?: unknown }).code !== 'ERR_UPDATER_INVALID_SIGNATURE') throw error
    throw new AppError(
      'INVALID',
      t`The newer version is not signed by the publisher of this one. It was deleted.`,
      t`Do not install it by hand. Report it to the publisher of this app.`,
      { cause: error }
    )
  }
}

async function updaterOf(options: UpdateOptions, fetching: Fetching): Promise<AppUpdater> {
  const { address, offer } = fetching
  const library = await import('electron-updater')
  const installer = installerOf()
  if (!installer) throw new AppError('UNSUPPORTED', t`This kind of installation does not replace itself.`)
  class OfferProvider extends library.Provider<UpdateInfo> {
    constructor(...[, , runtimeOptions]: ProviderArguments) {
      super(runtimeOptions)
    }
    async getLatestVersion() {
      // Its type still requires these two fields, which older versions used to find the first file.
      const [{ url: path, sha512 }] = offer.files
      return { ...offer, files: [...offer.files], path, sha512, releaseDate: offer.releaseDate ?? '' }
    }
    resolveFiles() {
      return offer.files.map(file => ({ url: new URL(file.url, address), info: file }))
    }
  }
  await makeFolder(options.cacheFolder)
  const updater = new library[installer](undefined, {
    version: options.version,
    name: 'q8s-desktop',
    isPackaged: true,
    appUpdateConfigPath: options.configFile,
    userDataPath: options.cacheFolder,
    baseCachePath: options.cacheFolder,
    whenReady: async () => undefined,
    relaunch: () => undefined,
    quit: () => undefined,
    onQuit: options.onQuit
  })
  downloadBy(updater, options.fetch, fetching)
  updater.logger = null
  updater.autoDownload = false
  updater.autoInstallOnAppQuit = false
  updater.disableDifferentialDownload = true
  updater.disableWebInstaller = true
  updater.setFeedURL({ provider: 'custom', updateProvider: OfferProvider })
  return updater
}

/**
 * Replaces `httpExecutor`, which downloads the files: the only non-public part of electron-updater used here. An
 * updater with the app's own adapter, as here, has none and needs one. The library's own has no size limit, follows
 * redirects and sends an ID of the user. Overriding `executeDownload`, the public way, would skip the signature check
 * on Windows, which is part of it. A test checks this for the pinned version.
 */
function downloadBy(updater: AppUpdater, fetch: Fetch, { address, offer, progress, signal }: Fetching) {
  const fileAt = (url: URL) => {
    const file = offer.files.find(other => new URL(other.url, address).href === url.href)
    if (!file) throw new AppError('INVALID', t`The channel does not list ${url.href}.`)
    return file
  }
  Object.assign(updater, {
    httpExecutor: {
      download: (url: URL, to: string) =>
        download({ url: url.href, file: fileAt(url), to, fetch, progress, signal })
    }
  })
}
