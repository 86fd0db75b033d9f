/** Limits what a client can open before it signs in, so that other users cannot use up the host's open files. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { AppError } from '#shared/errors.ts'

/** Most connections that have not signed in, including a browser that loads the page. */
const MAX_UNKNOWN = 100
/** Connections the system queues for the host before the host accepts them. */
const BACKLOG = 128
/** Most bytes that a connection may send between its upgrade and its sign-in. */
const MAX_BEFORE_SIGN_IN = 4_096

/** Milliseconds a client has to send its headers and its request, and to continue reading. The page itself is fast. */
const TIMEOUTS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000
}
const UNREAD_MS = 10_000

export interface Connections {
  readonly server: Server
  /** Marks a connection as signed in. Before that it can be closed to make room, and may send only little. */
  signedIn(socket: Socket): void
  /** Limits the bytes that an upgraded connection may send before it signs in. */
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
    // Close the oldest connection. Refusing the newest would let any user of the computer keep the owner out.
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

/** Listens on loopback only and returns the port. CONFLICT if the port is in use. */
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
