/** The session of a running app's window: it is kept in memory only, and can reach only the app itself. */
import { type Session, session, type WebContents } from 'electron'
import { t } from '#shared/language.ts'
import type { Gestures } from './gesture.ts'
import { limitRequests, limitSession } from './hardening.ts'

/**
 * A filter refuses requests to other addresses. Traffic that the filter does not see (WebRTC, WebTransport, reports) is
 * sent to a proxy that cannot exist. Resolves when both are in effect: load nothing before.
 */
export async function confine(own: Session, host: string): Promise<void> {
  limitRequests(own, url => isOf(host, url))
  await own.setProxy({
    mode: 'fixed_servers',
    // No program can listen on port 0.
    proxyRules: 'socks5://127.0.0.1:0',
    // By default Chromium bypasses the proxy for addresses of this computer.
    proxyBypassRules: `<-loopback>;http://${host};ws://${host}`
  })
  // Close connections to addresses that it may no longer reach.
  await own.closeAllConnections()
}

const sessions = new Map<string, Session>()

/** The session for windows of the app with this ID; `gesturesOf` returns the gestures made in one of its pages. */
export function appSession(
  id: string,
  gesturesOf: (contents: WebContents | null) => Gestures | undefined
): Session {
  const before = sessions.get(id)
  if (before) return before
  const own = session.fromPartition(`app-${id}`)
  sessions.set(id, own)
  limitSession(own, {
    // Nothing is allowed until it is confined to its app.
    mayReach: () => false,
    mayCopy: contents => gesturesOf(contents)?.recent() === true,
    copiesUnasked: false
  })
  let isDownloading = false
  own.on('will-download', (event, item, contents) => {
    if (isDownloading || !gesturesOf(contents)?.take()) return event.preventDefault()
    isDownloading = true
    item.once('done', () => {
      isDownloading = false
    })
    // No path is set here, so Electron asks the user for one.
    item.setSaveDialogOptions({ title: t`Save a file from the app` })
  })
  return own
}

function isOf(host: string, address: string): boolean {
  const url = new URL(address)
  if (['blob:', 'data:', 'devtools:'].includes(url.protocol)) return true
  return ['http:', 'ws:'].includes(url.protocol) && url.host === host
}
