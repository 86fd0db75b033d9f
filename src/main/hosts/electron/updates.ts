/** Updates of the packaged app: it asks its channel in a separate session, which can reach nothing else. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, type Session, session } from 'electron'
import type { HomeFolders } from '#core/host/folders.ts'
import type { UpdateSource } from '#core/ports.ts'
import type { Host } from '#main/compose.ts'
import { VERSION } from '#main/version.ts'
import { limitRequests } from './hardening.ts'

const HOUR_MS = 60 * 60 * 1_000

/** Undefined if there is no channel: in a checkout, and if the app was packaged without one. */
export function updateSource(
  folders: HomeFolders,
  failed: (error: unknown) => void
): (() => Promise<UpdateSource>) | undefined {
  const configFile = join(process.resourcesPath, 'app-update.yml')
  if (!app.isPackaged || !existsSync(configFile)) return undefined
  return async () => {
    const [{ channelAddress }, { openUpdateSource }] = await Promise.all([
      import('#adapters/updates/channel.ts'),
      import('#adapters/updates/source.ts')
    ])
    const own = confined(new URL(await channelAddress(configFile)).origin)
    return openUpdateSource({
      configFile,
      key: packedKey(),
      version: VERSION,
      cacheFolder: join(folders.cache, 'updates'),
      fetch: (url, init) => own.fetch(url, init),
      failed,
      onQuit: handler => void app.once('quit', (_event, exitCode) => handler(exitCode))
    })
  }
}

/**
 * The key is inside the archive, unlike the file that names the channel: on macOS and Windows Electron does not start
 * with a changed archive. On Linux nothing checks the archive, so there the key is as safe as the program itself.
 */
function packedKey(): string | undefined {
  const { updateKey } = JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8'))
  return typeof updateKey === 'string' ? updateKey : undefined
}

/** In memory only. It can reach only the channel, and sends only its name about itself. */
function confined(origin: string): Session {
  const own = session.fromPartition('updates', { cache: false })
  limitRequests(own, url => new URL(url).origin === origin)
  own.setUserAgent('q8s-desktop')
  return own
}

/** Checks if the user wants automatic checks: at the start, when the settings change, and every hour if one is due. */
export function followUpdates(host: Host): void {
  const check = () => void host.lookIfDue().catch(host.log.error)
  host.onSettings(check)
  setInterval(check, HOUR_MS).unref()
  check()
}
