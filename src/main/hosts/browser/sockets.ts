/** Serves the contract over WebSockets: each one signs in first, and the host reads no faster than the client. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocket, WebSocketServer } from 'ws'
import { createEmitter } from '#core/async/emitter.ts'
import type { Host } from '#main/compose.ts'
import { SIGNED_OUT } from '#shared/sign-in.ts'
import { createLimits, type Flow } from '../limits.ts'
import { type Channel, MAX_MESSAGE, requestsOf } from '../requests.ts'
import { wireOptions } from '../wire.ts'
import type { Connections } from './connections.ts'
import type { SignIn } from './sign-in.ts'

/** Bytes a client has not read yet. Above this, the host reads no more from it and begins none of its waiting calls. */
const MAX_UNREAD = 4 * 1024 * 1024
/** Most connections that are signed in: each window has one. */
const MAX_SIGNED_IN = 100
/** Close code that means: try again later. */
const TRY_AGAIN_LATER = 1013
/** Milliseconds a client has to read why it was refused. */
const LAST_WORDS_MS = 1_000

interface SocketOptions {
  readonly host: Host
  readonly signIn: SignIn
  readonly connections: Connections
  /** Milliseconds a window has to answer a ping. */
  readonly heartbeat: number
}

export function serveSockets({ host, signIn, connections, heartbeat }: SocketOptions) {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false })
  let signedIn = 0

  async function serve(socket: WebSocket, raw: Socket, profile: string) {
    const proved = await signIn.challenge(socket).catch(() => 'nothing' as const)
    if (socket.readyState !== WebSocket.OPEN) return
    if (proved === undefined) return refuse(socket, SIGNED_OUT)
    if (proved === 'nothing' || signedIn >= MAX_SIGNED_IN) return refuse(socket, TRY_AGAIN_LATER)
    signedIn += 1
    socket.once('close', () => {
      signedIn -= 1
    })
    connections.signedIn(raw)
    socket.send(JSON.stringify(proved))
    const channel = channelOf(socket)
    const { router, context } = host.connect(profile)
    const handler = new RPCHandler(router, wireOptions(host.log.error, createLimits(channel)))
    await handler.upgrade(requestsOf(channel), { context })
  }

  return {
    upgrade(request: IncomingMessage, raw: Socket, head: Buffer, profile: string) {
      connections.listenTo(raw)
      server.handleUpgrade(request, raw, head, socket => {
        // An invalid message closes the connection; the `ws` library does that.
        socket.on('error', () => undefined)
        keepAlive(socket, heartbeat)
        serve(socket, raw, profile).catch(error => {
          host.log.error(error)
          socket.terminate()
        })
      })
    },
    close() {
      for (const client of server.clients) client.terminate()
      server.close()
    }
  }
}

function refuse(socket: WebSocket, code: number): void {
  socket.close(code)
  const timer = setTimeout(() => socket.terminate(), LAST_WORDS_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}

/** Ends a connection whose other end vanished without closing it; its unread data would be held forever. */
function keepAlive(socket: WebSocket, heartbeat: number): void {
  let isThere = true
  let unread = 0
  socket.on('pong', () => {
    isThere = true
  })
  const timer = setInterval(() => {
    // On a slow line the pong is queued behind other data: a client that reads is alive.
    const reads = socket.bufferedAmount < unread
    if (!isThere && !reads) return socket.terminate()
    isThere = false
    unread = socket.bufferedAmount
    socket.ping()
  }, heartbeat).unref()
  socket.on('close', () => clearInterval(timer))
}

function channelOf(socket: WebSocket): Channel & Flow {
  const drained = createEmitter<void>()
  const isFull = () => socket.bufferedAmount > MAX_UNREAD
  const sent = () => {
    if (!socket.isPaused || isFull()) return
    socket.resume()
    drained.emit()
  }
  return {
    isFull,
    onDrain: drained.listen,
    send: data =>
      new Promise(resolve => {
        // A message that can no longer be sent is dropped.
        socket.send(data as string | Uint8Array, () => {
          sent()
          resolve()
        })
        if (isFull()) socket.pause()
      }),
    onMessage: listen => socket.addEventListener('message', ({ data }) => listen(data)),
    onClose: listen => socket.addEventListener('close', () => listen())
  }
}
