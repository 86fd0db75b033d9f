/** The browser host as a client meets it: token, cookie, socket, contract, and errors that keep their words. */
import { type EventEmitter, once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { connect as connectTo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { homeFolders } from '#core/paths.ts'
import { type BrowserHost, serveBrowserHost } from '#hosts/browser/serve.ts'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { fromWire, wireFormat } from '#shared/wire.ts'

let folder = ''
let host: BrowserHost
let end: AbortController

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-serve-'))
  const renderer = join(folder, 'renderer')
  await mkdir(renderer)
  await writeFile(join(renderer, 'index.html'), 'the window')
  end = new AbortController()
  const folders = homeFolders({ Q8S_HOME: join(folder, 'home') })
  host = await serveBrowserHost({ folders, renderer, heartbeat: 50, signal: end.signal })
})
afterEach(async () => {
  end.abort()
  await host.closed
  await rm(folder, { recursive: true, force: true })
})

async function enter(): Promise<string> {
  const response = await fetch(host.url, { redirect: 'manual' })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

async function connect(headers: Record<string, string>, options: ClientOptions = {}): Promise<WebSocket> {
  const { origin, host: address } = new URL(host.url)
  const socket = new WebSocket(`ws://${address}/rpc?profile=local`, {
    ...options,
    headers: { origin, ...headers }
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return socket
}

function clientOf(socket: WebSocket): Client {
  return createORPCClient(new RPCLink({ websocket: socket as never, ...wireFormat }))
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it did not fail'),
    error => fromWire(error)
  )
}

describe('the browser host', () => {
  test('the address opens the window once', async () => {
    const cookie = await enter()
    const page = await fetch(new URL('/', host.url), { headers: { cookie } })
    expect(await page.text()).toBe('the window')
    expect((await fetch(host.url)).status).toBe(403)
  })

  test('a socket without the cookie is refused', async () => {
    await enter()
    await expect(connect({})).rejects.toThrow('403')
  })

  test('a socket from another page is refused', async () => {
    const cookie = await enter()
    await expect(connect({ cookie, origin: 'https://evil.example' })).rejects.toThrow('403')
  })

  test('a connection whose other end went silent is ended; one that answers is kept', async () => {
    const cookie = await enter()
    const lively = await connect({ cookie })
    const silent = await connect({ cookie }, { autoPong: false })
    await once(silent, 'close')
    for (let beats = 0; beats < 3; beats++) await once(lively, 'ping')
    expect(lively.readyState).toBe(WebSocket.OPEN)
  })

  test('the contract answers, and an error keeps code, words and hint', async () => {
    const client = clientOf(await connect({ cookie: await enter() }))
    expect(await client.system.info()).toMatchObject({ host: 'browser', canPickFolder: false })
    const error = await errorOf(client.projects.open({ path: folder }))
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('init') })
  })

  test('a bug is told as one, on stderr, and in the log of the host', async () => {
    const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => stderr.mockRestore())
    // More than can be read at once, and a cause nobody has words for.
    const list = join(folder, 'home/state/projects.json')
    await writeFile(list, '')
    await truncate(list, 3 * 1024 ** 3)
    const client = clientOf(await connect({ cookie: await enter() }))
    const error = await errorOf(client.projects.recent())
    expect(error).toMatchObject({ code: 'INTERNAL', hint: expect.stringContaining('support') })
    expect(stderr).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_FS_FILE_TOO_LARGE' }))
    const { logFolder } = await client.system.info()
    expect(await readFile(join(logFolder, '1.log'), 'utf8')).toMatch(/"browser".*greater than 2 GiB.*at /)
  })

  test('what nobody caught is in the log of the host before it ends', async () => {
    const events: EventEmitter = process
    events.emit('uncaughtExceptionMonitor', new Error('nobody caught this'), 'unhandledRejection')
    expect(await readFile(join(folder, 'home/state/log/1.log'), 'utf8')).toContain('nobody caught this')
  })

  test('input that does not fit the contract is INVALID and names the field', async () => {
    const client = clientOf(await connect({ cookie: await enter() }))
    const error = await errorOf(client.jobs.get({ id: 'not-a-uuid' }))
    expect(error).toMatchObject({ code: 'INVALID', message: expect.stringContaining('id') })
  })

  test('messages that are no requests at all do not end the host', async () => {
    const cookie = await enter()
    const noise = await connect({ cookie })
    for (const message of [
      '',
      'null',
      '{}',
      '{"i":1}',
      '\u0000'.repeat(100),
      '[[[[',
      '{"i":"1","p":{"u":"/x"}}'
    ]) {
      noise.send(message)
    }
    noise.send(Buffer.alloc(1000, 255))
    expect(await clientOf(await connect({ cookie })).jobs.list()).toEqual([])
  })

  test('neither an address that is none nor a broken connection ends the host', async () => {
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    process.on('uncaughtException', note)
    onTestFinished(() => void process.off('uncaughtException', note))
    const { origin, host: address, hostname, port } = new URL(host.url)
    const cookie = await enter()
    const upgrade = (path: string) =>
      [
        `GET ${path} HTTP/1.1`,
        `Host: ${address}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='
      ].join('\r\n')
    const ended = async (text: string, act: (socket: Socket) => void) => {
      const socket = connectTo(Number(port), hostname)
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(text)
      act(socket)
      await once(socket, 'close')
    }
    // Any page of any server can ask for this one.
    await ended(`${upgrade('//')}\r\n\r\n`, socket => socket.resume())
    await ended(`${upgrade('/rpc')}\r\n\r\n`, socket => socket.resetAndDestroy())
    const papers = `${upgrade('/rpc')}\r\nOrigin: ${origin}\r\nCookie: ${cookie}\r\n\r\n`
    // A frame that no client may send.
    await ended(papers, socket => {
      socket.once('data', () => socket.write(Buffer.from([0xff, 0xff, 0xff])))
      socket.resume()
    })
    expect(await clientOf(await connect({ cookie })).system.info()).toMatchObject({ host: 'browser' })
    expect(uncaught).toEqual([])
  })

  test('only loopback is listened on', async () => {
    const port = Number(new URL(host.url).port)
    const other = createServer()
    const taken = await new Promise<boolean>(resolve => {
      other.once('error', () => resolve(true))
      other.listen(port, '127.0.0.2', () => resolve(false))
    })
    other.close()
    expect(taken).toBe(false)
  })

  test('a taken port is a CONFLICT that says so', async () => {
    const port = Number(new URL(host.url).port)
    await expect(serveBrowserHost({ port, renderer: folder })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(String(port))
    })
  })
})
