/** Serves the contract over WebSockets: each signs in first, and is read no faster than it reads. */
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

/** Bytes a client has not read, beyond which nothing more of it is read and no other call of it begins. */
const MAX_UNREAD = 4 * 1024 * 1024
/** Connections that signed in: each window has one. */
const MAX_SIGNED_IN = 100
/** Close code: come back later. */
const TRY_AGAIN_LATER = 1013
/** Milliseconds a client has to read why it is refused. */
const LAST_WORDS_MS = 1_000

interface SocketOptions {
  readonly host: Host
  readonly signIn: SignIn
  readonly connections: Connections
  /** Milliseconds in which a window has to answer that it is there. */
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
        // What no client may send closes the connection by itself.
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

/** Ends a connection whose other end went without a word: what it reads would be held for it for ever. */
function keepAlive(socket: WebSocket, heartbeat: number): void {
  let isThere = true
  let unread = 0
  socket.on('pong', () => {
    isThere = true
  })
  const timer = setInterval(() => {
    // Over a slow line the answer to a ping waits behind much else: who reads is there.
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
        // One that cannot be sent any more is for nobody.
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
