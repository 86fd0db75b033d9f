/** Bounds what anybody can open before signing in, so that others cannot use up the files a host may have open. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { AppError } from '#shared/errors.ts'

/** Connections that have not signed in, a browser that loads the page among them. */
const MAX_UNKNOWN = 100
/** Connections the system accepts for the host before the host looks. */
const BACKLOG = 128
/** Bytes a connection may send between its upgrade and its sign-in. */
const MAX_BEFORE_SIGN_IN = 4_096

/** Milliseconds a client has for its headers, for its request, and to read on. The page itself is fast. */
const TIMEOUTS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000
}
const UNREAD_MS = 10_000

export interface Connections {
  readonly server: Server
  /** Until `signedIn` is called for it, a connection can be ended for others, and may not send much. */
  signedIn(socket: Socket): void
  /** For a connection that was upgraded and has still to sign in. */
  listenTo(socket: Socket): void
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

export function createConnections(answer: Answer): Connections {
  const server = createServer(TIMEOUTS, answer)
  server.setTimeout(UNREAD_MS)
  const unknown = new Set<Socket>()
  const watched = new WeakMap<Socket, () => void>()

  server.on('connection', socket => {
    unknown.add(socket)
    socket.once('close', () => unknown.delete(socket))
    // The one that has had most time goes. Refusing the newest would let anybody keep the user out.
    const [oldest] = unknown
    if (unknown.size > MAX_UNKNOWN) end(oldest)
  })

  function end(socket: Socket | undefined) {
    if (!socket) return
    unknown.delete(socket)
    socket.destroy()
  }

  return {
    server,
    listenTo(socket) {
      const before = socket.bytesRead
      const count = () => socket.bytesRead - before > MAX_BEFORE_SIGN_IN && end(socket)
      socket.on('data', count)
      watched.set(socket, () => socket.off('data', count))
    },
    signedIn(socket) {
      unknown.delete(socket)
      watched.get(socket)?.()
    }
  }
}

/** The port, on loopback only. CONFLICT when it is taken. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        new AppError(
          taken ? 'CONFLICT' : 'UNAVAILABLE',
          taken
            ? `Port ${port} is in use by another program.`
            : `Port ${port} cannot be used: ${error.message}.`,
          'Choose another with --port, or leave it out.',
          { cause: error }
        )
      )
    })
    const where = { port, host: '127.0.0.1', backlog: BACKLOG }
    server.listen(where, () => resolve((server.address() as AddressInfo).port))
  })
}
