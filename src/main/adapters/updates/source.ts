/** A channel of updates: asked by us within bounds; what was fetched is installed by electron-updater, as each system has it. */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppUpdater } from 'electron-updater'
import { parseUpdateInfo } from 'electron-updater/out/providers/Provider.js'
import { z } from 'zod'
import { makeFolder } from '#core/files/files.ts'
import type { UpdateSource } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { UpdateChannel } from '#shared/updates.ts'
import { externalUrl } from '#shared/url.ts'
import { channelFile, type Fetch, notesOf, type Offer, readOffer } from './channel.ts'
import { download } from './download.ts'

export interface SourceOptions {
  /** `app-update.yml` as it was packed. */
  readonly configFile: string
  /** Public half of the key its channel is signed with; undefined where it was packed with none. */
  readonly key: string | undefined
  readonly version: string
  readonly cacheFolder: string
  readonly fetch: Fetch
  /** Told what goes wrong when nobody is there any more. */
  readonly failed: (problem: unknown) => void
  /** Calls back when the app ends, with its exit code. */
  readonly onQuit: (handler: (exitCode: number) => void) => void
}

const Config = z.object({ url: z.string().max(2_000) })

/** The address of the channel's folder. INVALID where it is not one that may be asked. */
export async function channelAddress(configFile: string): Promise<string> {
  const text = await readFile(configFile, 'utf8')
  const config = Config.safeParse(parseUpdateInfo(text, configFile, new URL('file:///')))
  const address = externalUrl(config.data?.url ?? '')
  if (address === undefined)
    throw new AppError(
      'INVALID',
      t`${configFile} names no https address to ask for updates.`,
      t`Install the app again.`
    )
  return address.endsWith('/') ? address : `${address}/`
}

export async function openUpdateSource(options: SourceOptions): Promise<UpdateSource> {
  const address = await channelAddress(options.configFile)
  const offerOf = (channel: UpdateChannel, signal: AbortSignal) =>
    readOffer(new URL(channelFile(channel), address).href, options, signal)
  let updater: AppUpdater | undefined

  return {
    address,
    // Without a key nothing says whose a newer version is.
    canInstall: installerOf() !== undefined && options.key !== undefined,
    async newest(channel, signal) {
      const offer = await offerOf(channel, signal)
      const { version, releaseDate: date } = offer
      return { version, date, notes: notesOf(offer), size: Math.max(...offer.files.map(({ size }) => size)) }
    },
    async fetch(channel, version, progress, signal) {
      const offer = await offerOf(channel, signal)
      if (offer.version !== version)
        throw new AppError('CONFLICT', t`The channel offers ${offer.version} by now.`, t`Check again.`)
      if (updater) updater.autoInstallOnAppQuit = false
      updater = undefined
      const next = await updaterOf(options, address, offer, progress, signal)
      await told(next.checkForUpdates(), signal)
      await told(next.downloadUpdate(), signal)
      updater = next
    },
    async installOnQuit(wanted) {
      if (!updater) return
      updater.autoInstallOnAppQuit = wanted
      updater.logger = { info: () => undefined, warn: options.failed, error: options.failed }
      // It has the file already: this time it also prepares to install it.
      if (wanted) await updater.downloadUpdate()
    }
  }
}

/** What installs a newer version here; undefined for what is unpacked or carried about, which does not replace itself. */
function installerOf(): 'NsisUpdater' | 'MacUpdater' | 'DebUpdater' | 'AppImageUpdater' | undefined {
  if (process.platform === 'win32')
    return process.env.PORTABLE_EXECUTABLE_FILE === undefined ? 'NsisUpdater' : undefined
  if (process.platform === 'darwin') return 'MacUpdater'
  if (process.env.APPIMAGE !== undefined) return 'AppImageUpdater'
  const type = join((process as { resourcesPath?: string }).resourcesPath ?? '', 'package-type')
  return existsSync(type) && readFileSync(type, 'utf8').trim() === 'deb' ? 'DebUpdater' : undefined
}

/** electron-updater with our eyes and hands: it sends nothing itself, no mark of the user either. */
async function updaterOf(
  options: SourceOptions,
  address: string,
  offer: Offer,
  progress: (done: number, total: number) => void,
  signal: AbortSignal
): Promise<AppUpdater> {
  const library = await import('electron-updater')
  const installer = installerOf()
  if (!installer) throw new AppError('UNSUPPORTED', t`This kind of installation does not replace itself.`)
  const fileAt = (url: URL) => {
    const file = offer.files.find(other => new URL(other.url, address).href === url.href)
    if (!file) throw new AppError('INVALID', t`The channel does not speak of ${url.href}.`)
    return file
  }
  class Offered extends library.Provider<never> {
    async getLatestVersion() {
      return offer as never
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
  Object.assign(updater, {
    httpExecutor: {
      download: (url: URL, to: string) =>
        download({ url: url.href, file: fileAt(url), to, fetch: options.fetch, progress, signal })
    }
  })
  updater.logger = null
  updater.autoDownload = false
  updater.autoInstallOnAppQuit = false
  updater.disableDifferentialDownload = true
  updater.disableWebInstaller = true
  updater.isUserWithinRollout = () => true
  updater.setFeedURL({ provider: 'custom', updateProvider: Offered as never })
  return updater
}

/** Errors of electron-updater in words of ours; what we threw ourselves passes as it is. */
async function told<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work
  } catch (error) {
    signal.throwIfAborted()
    if ((error as { code?: unknown }).code !== 'ERR_UPDATER_INVALID_SIGNATURE') throw error
    throw new AppError(
      'INVALID',
      t`The newer version is not signed by who signed this one. It was thrown away.`,
      t`Do not install it by hand. Tell the publisher of this app.`,
      { cause: error }
    )
  }
}
