/** The two ways to the host: a MessagePort from the preload (Electron), a WebSocket (browser). */
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { SignedOut, signIn } from '#shared/sign-in.ts'
import { PORT_CHANNEL } from '#shared/window-channels.ts'
import { wireFormat } from '#shared/wire.ts'
import type { Wire } from './connection.ts'
import { signInSecrets, storeSession } from './session.ts'

const OPEN_TIMEOUT_MS = 10_000

/** Opens a wire of the page's kind. Rejects if the host does not answer within ten seconds, or with SignedOut. */
export function openWire(profile: string): Promise<Wire> {
  return window.q8s ? openPort(window.q8s, profile) : openSocket(profile)
}

/** Tries each secret this page has. */
async function openSocket(profile: string): Promise<Wire> {
  for (const secret of signInSecrets()) {
    try {
      return await openSignedIn(profile, secret)
    } catch (error) {
      if (!(error instanceof SignedOut)) throw error
    }
  }
  throw new SignedOut()
}

async function openSignedIn(profile: string, secret: string): Promise<Wire> {
  const url = new URL(`/rpc?profile=${encodeURIComponent(profile)}`, window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const websocket = new WebSocket(url)
  // Keeps messages in order: a Blob would be read asynchronously, and pages of a log could overtake each other.
  websocket.binaryType = 'arraybuffer'
  const closed = new Promise<void>(gone => websocket.addEventListener('close', () => gone(), { once: true }))
  const timer = setTimeout(() => websocket.close(), OPEN_TIMEOUT_MS)
  try {
    const session = await signIn(websocket, secret)
    if (session !== undefined) storeSession(session)
  } catch (error) {
    websocket.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return { link: new SocketLink({ websocket, ...wireFormat }), closed }
}

function openPort(bridge: NonNullable<Window['q8s']>, profile: string): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      window.removeEventListener('message', receive)
      reject(new Error('The host sent no port.'))
    }, OPEN_TIMEOUT_MS)
    function receive(event: MessageEvent) {
      const [port] = event.ports
      if (event.source !== window || port === undefined) return
      if (event.data?.type !== PORT_CHANNEL || event.data.profile !== profile) return
      window.removeEventListener('message', receive)
      clearTimeout(timer)
      const closed = new Promise<void>(gone => port.addEventListener('close', () => gone(), { once: true }))
      const link = new PortLink({ port, ...wireFormat })
      port.start()
      resolve({ link, closed })
    }
    window.addEventListener('message', receive)
    bridge.connect(profile)
  })
}
