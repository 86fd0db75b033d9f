/** A channel of updates: reads it, downloads the offered version, and installs that when the app quits. */
import type { AppUpdater } from 'electron-updater'
import type { UpdateSource } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { UpdateChannel } from '#shared/updates.ts'
import { channelAddress, channelFile, notesOf, readOffer } from './channel.ts'
import { fetchOffer, installerOf, type UpdateOptions } from './installer.ts'

export async function openUpdateSource(options: UpdateOptions): Promise<UpdateSource> {
  const address = await channelAddress(options.configFile)
  const offerOf = (channel: UpdateChannel, signal: AbortSignal) =>
    readOffer(new URL(channelFile(channel), address).href, options, signal)
  let updater: AppUpdater | undefined

  return {
    address,
    // Without a key, nothing proves who published a newer version.
    canInstall: installerOf() !== undefined && options.key !== undefined,
    async newest(channel, signal) {
      const offer = await offerOf(channel, signal)
      const { version, releaseDate: date } = offer
      return { version, date, notes: notesOf(offer), size: Math.max(...offer.files.map(({ size }) => size)) }
    },
    async fetch(channel, version, progress, signal) {
      const offer = await offerOf(channel, signal)
      if (offer.version !== version)
        throw new AppError('CONFLICT', t`The channel now offers ${offer.version}.`, t`Check again.`)
      if (updater) updater.autoInstallOnAppQuit = false
      updater = undefined
      updater = await fetchOffer(options, { address, offer, progress, signal })
    },
    async installOnQuit(wanted) {
      if (!updater) return
      updater.autoInstallOnAppQuit = wanted
      updater.logger = { info: () => undefined, warn: options.failed, error: options.failed }
      // The file is already downloaded: this call only prepares its installation.
      if (wanted) await updater.downloadUpdate()
    }
  }
}
