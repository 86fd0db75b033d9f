/** The browser host as a client sees it: token, session, socket, contract, and errors with their messages. */
import { type EventEmitter, once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { connect as connectTo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { homeFolders } from '#core/host/folders.ts'
import { type BrowserHost, type BrowserHostOptions, serveBrowserHost } from '#hosts/browser/serve.ts'
import { AppError } from '#shared/errors.ts'
import { fromWire } from '#shared/wire.ts'
import { clientOf, connect, enter, openSocket, tokenOf } from '../fixtures/browser-client.ts'

let folder = ''
let host: BrowserHost
let end: AbortController

async function start(options: BrowserHostOptions = {}) {
  end = new AbortController()
  const folders = homeFolders({ Q8S_HOME: join(folder, 'home') })
  const renderer = join(folder, 'renderer')
  host = await serveBrowserHost({ folders, renderer, signal: end.signal, ...options })
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-serve-'))
  const renderer = join(folder, 'renderer')
  await mkdir(renderer)
  await writeFile(join(renderer, 'index.html'), 'the window')
  await start()
})
afterEach(async () => {
  end.abort()
  await host.closed
  await rm(folder, { recursive: true, force: true })
})

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it did not fail'),
    error => fromWire(error)
  )
}

describe('the browser host', () => {
  test('the page is public, its address signs in once', async () => {
    expect(await (await fetch(host.url)).text()).toBe('the window')
    expect((await fetch(host.url, { method: 'HEAD' })).status).toBe(200)
    await enter(host.url)
    await expect(connect(host.url, tokenOf(host.url))).rejects.toThrow('does not know')
  })

  test('of two clients that use the token at the same time one is accepted', async () => {
    const both = await Promise.allSettled([enter(host.url), enter(host.url)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('the session works for any number of connections, the token for one', async () => {
    const session = await enter(host.url)
    for (let index = 0; index < 3; index += 1) {
      expect(await clientOf(await connect(host.url, session)).jobs.list()).toEqual([])
    }
  })

  test('a socket without a proof is closed, and its earlier calls are not answered', async () => {
    const socket = openSocket(host.url)
    const received: string[] = []
    socket.on('message', data => received.push(String(data)))
    const closed = once(socket, 'close')
    await once(socket, 'open')
    socket.send(JSON.stringify({ i: '1', p: { u: '/system/info' } }))
    expect((await closed)[0]).toBe(1013)
    expect(received).toEqual([expect.stringMatching(/^\{"challenge":"[0-9a-f]{64}"\}$/)])
  })

  test('a socket that sends too much before it signed in is ended', async () => {
    const socket = openSocket(host.url)
    const closed = once(socket, 'close')
    await once(socket, 'open')
    socket.on('error', () => undefined)
    socket.send('x'.repeat(1024 * 1024))
    expect((await closed)[0]).toBe(1006)
  })

  test('a socket from another page is refused', async () => {
    const session = await enter(host.url)
    const headers = { origin: 'https://evil.example' }
    await expect(connect(host.url, session, { headers })).rejects.toThrow('403')
  })

  test('a connection that no longer answers is ended; one that answers is kept', async () => {
    end.abort()
    await host.closed
    await start({ heartbeat: 100 })
    const session = await enter(host.url)
    const lively = await connect(host.url, session)
    const silent = await connect(host.url, session, { autoPong: false })
    await once(silent, 'close')
    for (let beats = 0; beats < 3; beats++) await once(lively, 'ping')
    expect(lively.readyState).toBe(WebSocket.OPEN)
  })

  test('the contract answers, and an error keeps its code, message and hint', async () => {
    const client = clientOf(await connect(host.url, await enter(host.url)))
    expect(await client.system.info()).toMatchObject({ host: 'browser', canPickFolder: false })
    const error = await errorOf(client.projects.open({ path: folder }))
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('init') })
  })

  test('a bug is reported as one, on stderr, and in the log of the host', async () => {
    const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => stderr.mockRestore())
    // More than can be read at once, and an unknown cause.
    const list = join(folder, 'home/state/projects.json')
    await writeFile(list, '')
    await truncate(list, 3 * 1024 ** 3)
    const client = clientOf(await connect(host.url, await enter(host.url)))
    const error = await errorOf(client.projects.recent())
    expect(error).toMatchObject({ code: 'INTERNAL', hint: expect.stringContaining('support') })
    expect(stderr).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_FS_FILE_TOO_LARGE' }))
    const { logFolder } = await client.system.info()
    expect(await readFile(join(logFolder, '1.log'), 'utf8')).toMatch(/"browser".*greater than 2 GiB.*at /)
  })

  test('an uncaught error is in the log of the host before it ends', async () => {
    const events: EventEmitter = process
    events.emit('uncaughtExceptionMonitor', new Error('nobody caught this'), 'unhandledRejection')
    expect(await readFile(join(folder, 'home/state/log/1.log'), 'utf8')).toContain('nobody caught this')
  })

  test('an uncaught rejection ends the host, except for too many open files', async () => {
    const listener = process.listeners('unhandledRejection').at(-1)
    const files = Object.assign(new Error('too many open files'), { code: 'EMFILE' })
    const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => stderr.mockRestore())
    listener?.(files, Promise.resolve())
    expect(await readFile(join(folder, 'home/state/log/1.log'), 'utf8')).toContain('too many open files')
    const other = new Error('anything else')
    expect(() => listener?.(other, Promise.resolve())).toThrow(other)
  })

  test('input that does not fit the contract is INVALID and names the field', async () => {
    const client = clientOf(await connect(host.url, await enter(host.url)))
    const error = await errorOf(client.jobs.get({ id: 'not-a-uuid' }))
    expect(error).toMatchObject({ code: 'INVALID', message: expect.stringContaining('id') })
  })

  test('messages that are not requests do not end the host', async () => {
    const session = await enter(host.url)
    const noise = await connect(host.url, session)
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
    expect(await clientOf(await connect(host.url, session)).jobs.list()).toEqual([])
  })

  test('neither an invalid address nor a broken connection ends the host', async () => {
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    process.on('uncaughtException', note)
    onTestFinished(() => void process.off('uncaughtException', note))
    const { origin, host: address, hostname, port } = new URL(host.url)
    const session = await enter(host.url)
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
    // Any web page can send this request.
    await ended(`${upgrade('//')}\r\n\r\n`, socket => socket.resume())
    await ended(`${upgrade('/rpc')}\r\n\r\n`, socket => socket.resetAndDestroy())
    const papers = `${upgrade('/rpc')}\r\nOrigin: ${origin}\r\n\r\n`
    // A frame that clients must not send, before and after the sign-in.
    const wrongFrame = Buffer.from([0xff, 0xff, 0xff])
    await ended(papers, socket => {
      socket.once('data', () => socket.write(wrongFrame))
      socket.resume()
    })
    const signedIn = await connect(host.url, session)
    const raw = (signedIn as unknown as { _socket: Socket })._socket
    raw.write(wrongFrame)
    await once(signedIn, 'close')
    expect(await clientOf(await connect(host.url, session)).system.info()).toMatchObject({ host: 'browser' })
    expect(uncaught).toEqual([])
  })

  test('it listens on loopback only', async () => {
    const port = Number(new URL(host.url).port)
    const other = createServer()
    const taken = await new Promise<boolean>(resolve => {
      other.once('error', () => resolve(true))
      other.listen(port, '127.0.0.2', () => resolve(false))
    })
    other.close()
    expect(taken).toBe(false)
  })

  test('a port in use is a CONFLICT that says so', async () => {
    const port = Number(new URL(host.url).port)
    await expect(serveBrowserHost({ port, renderer: folder })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(String(port))
    })
  })
})
