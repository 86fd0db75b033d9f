/** The browser host: the same UI in a browser of this computer, over loopback only, behind a one-time token. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { HomeFolders } from '#core/paths.ts'
import { createHost, type Host } from '#main/compose.ts'
import { AppError } from '#shared/errors.ts'
import { createPage } from '../page.ts'
import { rendererFolder } from '../renderer-folder.ts'
import { type Channel, MAX_MESSAGE, requestsOf } from '../requests.ts'
import { keepUncaught } from '../uncaught.ts'
import { wireOptions } from '../wire.ts'
import { createGuard } from './guard.ts'

export interface BrowserHostOptions {
  /** 0 or absent: any free port. */
  readonly port?: number | undefined
  /** Open the system's browser at the address. */
  readonly open?: boolean | undefined
  /** Open a copy of the sample app, so that a first start has something to show. */
  readonly sample?: boolean | undefined
  readonly folders?: HomeFolders | undefined
  /** Folder of the built renderer; found beside the code where it is not given. */
  readonly renderer?: string | undefined
  /** Milliseconds in which a window has to answer that it is there; 30,000 where it is not given. */
  readonly heartbeat?: number | undefined
  /** Ends the host; jobs are cancelled, instances go on. */
  readonly signal?: AbortSignal | undefined
}

export interface BrowserHost {
  /** Address with the token in it; good for one use. */
  readonly url: string
  /** Resolves when the host has closed. */
  readonly closed: Promise<void>
}

export async function serveBrowserHost(options: BrowserHostOptions = {}): Promise<BrowserHost> {
  let project: string | undefined
  const guard = createGuard()
  const host = createHost({
    kind: 'browser',
    ownSecrets: () => guard.secrets,
    firstProject: () => project,
    ...(options.folders ? { folders: options.folders } : {})
  })
  const letGo = keepUncaught(host.log)
  await host.speak().catch(host.log.error)
  if (options.sample) project = (await host.client().projects.sample()).path

  const page = createPage(options.renderer ?? rendererFolder())
  const server = createServer((request, response) => {
    answer(request, response).catch(error => {
      host.log.error(error)
      response.destroy()
    })
  })
  const sockets = serveSockets(host, guard, options.heartbeat ?? 30_000)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A connection that breaks here is nobody's any more, and would end the host.
    socket.on('error', () => undefined)
    if (!guard.allowsSocket(request)) return socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    sockets.upgrade(request, socket, head)
  })

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const decision = guard.decide(request)
    if (decision.kind !== 'serve') {
      response.writeHead(decision.status, decision.headers)
      return response.end(decision.body)
    }
    const file = request.method === 'GET' ? await page(decision.path) : undefined
    if (!file) {
      response.writeHead(404, { 'content-type': 'text/plain' })
      return response.end('There is nothing here.\n')
    }
    response.writeHead(200, file.headers)
    response.end(file.body)
  }

  const port = await listen(server, options.port ?? 0)
  guard.setPort(port)
  const url = `http://127.0.0.1:${port}/?token=${guard.token}`
  const closed = closeOn(options.signal, async () => {
    sockets.close()
    server.close()
    server.closeAllConnections()
    await host.close()
    letGo()
  })
  if (options.open) {
    const { openInBrowser } = await import('./open.ts')
    await openInBrowser(url)
  }
  return { url, closed }
}

function serveSockets(host: Host, guard: ReturnType<typeof createGuard>, heartbeat: number) {
  const handler = new RPCHandler(host.router, wireOptions(host.log.error))
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false })
  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
      server.handleUpgrade(request, socket, head, connected => {
        // What no client may send closes the connection by itself.
        connected.on('error', () => undefined)
        keepAlive(connected, heartbeat)
        const context = host.connection(guard.profileOf(request))
        handler.upgrade(requestsOf(channelOf(connected)), { context }).catch(host.log.error)
      })
    },
    close() {
      for (const client of server.clients) client.terminate()
      server.close()
    }
  }
}

/** Ends a connection whose other end went without a word: what it reads would be held for it for ever. */
function keepAlive(socket: WebSocket, heartbeat: number): void {
  let isThere = true
  socket.on('pong', () => {
    isThere = true
  })
  const timer = setInterval(() => {
    if (!isThere) return socket.terminate()
    isThere = false
    socket.ping()
  }, heartbeat).unref()
  socket.on('close', () => clearInterval(timer))
}

function channelOf(socket: WebSocket): Channel {
  return {
    send: data => socket.send(data as string | Uint8Array),
    onMessage: listen => socket.addEventListener('message', ({ data }) => listen(data)),
    onClose: listen => socket.addEventListener('close', () => listen())
  }
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
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
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function closeOn(signal: AbortSignal | undefined, close: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => void close().then(resolve, reject)
    if (signal?.aborted) end()
    else signal?.addEventListener('abort', end, { once: true })
  })
}
