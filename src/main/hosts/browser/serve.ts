/** The browser host: the same UI in a browser of this computer, over loopback only, for the page with its token. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { type HomeFolders, homeFolders } from '#core/host/folders.ts'
import { createHost } from '#main/compose.ts'
import { loadParts } from '../load-parts.ts'
import { createPage } from '../page.ts'
import { rendererFolder } from '../renderer-folder.ts'
import { keepUncaught } from '../uncaught.ts'
import { createConnections, listen } from './connections.ts'
import { createGuard } from './guard.ts'
import type { OpenFile } from './open.ts'
import { createSignIn } from './sign-in.ts'
import { serveSockets } from './sockets.ts'

export interface BrowserHostOptions {
  /** 0 or absent: any free port. */
  readonly port?: number | undefined
  /** Open the address in the system's browser. */
  readonly open?: boolean | undefined
  /** Open a copy of the sample app, so that a first start has something to show. */
  readonly sample?: boolean | undefined
  readonly folders?: HomeFolders | undefined
  /** Folder of the built renderer; if absent, it is found beside the code. */
  readonly renderer?: string | undefined
  /** Milliseconds a window has to answer a ping; 30,000 if absent. */
  readonly heartbeat?: number | undefined
  /** Ends the host; jobs are cancelled, instances keep running. */
  readonly signal?: AbortSignal | undefined
}

export interface BrowserHost {
  /** Address with the token after its `#`, which browsers never send in a request; valid once. */
  readonly url: string
  /** Resolves when the host has closed. */
  readonly closed: Promise<void>
}

export async function serveBrowserHost(options: BrowserHostOptions = {}): Promise<BrowserHost> {
  const folders = options.folders ?? homeFolders()
  let project: string | undefined
  let openFile: OpenFile | undefined
  const forgetToken = () => openFile?.remove().catch(host.log.error)
  const signIn = createSignIn(forgetToken)
  const host = createHost({
    kind: 'browser',
    folders,
    ownSecrets: () => signIn.secrets,
    firstProject: () => project
  })
  const letGo = keepUncaught(host.log)
  await host.speak().catch(host.log.error)
  if (options.sample) project = (await host.client().projects.sample()).path

  const guard = createGuard()
  const page = createPage(options.renderer ?? rendererFolder())
  const connections = createConnections((request, response) => {
    answer(request, response).catch(error => {
      host.log.error(error)
      response.destroy()
    })
  })
  const { server } = connections
  const sockets = serveSockets({ host, signIn, connections, heartbeat: options.heartbeat ?? 30_000 })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // If the connection breaks here, an unhandled error would end the host.
    socket.on('error', () => undefined)
    if (!guard.allowsSocket(request)) return socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    sockets.upgrade(request, socket, head, guard.profileOf(request))
  })

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const decision = guard.decide(request)
    if (decision.kind !== 'serve') {
      response.writeHead(decision.status, decision.headers)
      return response.end(decision.body)
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const file = isRead ? await page(decision.path) : undefined
    if (!file) {
      response.writeHead(404, { 'content-type': 'text/plain' })
      return response.end('There is nothing here.\n')
    }
    response.writeHead(200, file.headers)
    response.end(file.body)
  }

  const port = await listen(server, options.port ?? 0)
  guard.setPort(port)
  const url = `http://127.0.0.1:${port}/#${signIn.token}`
  const closed = closeOn(options.signal, async () => {
    sockets.close()
    server.close()
    server.closeAllConnections()
    await forgetToken()
    await host.close()
    letGo()
  })
  if (options.open) {
    const { openInBrowser } = await import('./open.ts')
    // The address is also printed.
    openFile = await openInBrowser(url, join(folders.state, 'open')).catch(error => {
      host.log.error(error)
      return undefined
    })
  }
  void loadParts(options.signal)
  return { url, closed }
}

function closeOn(signal: AbortSignal | undefined, close: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => void close().then(resolve, reject)
    if (signal?.aborted) end()
    else signal?.addEventListener('abort', end, { once: true })
  })
}
