/** Which Docker engine is used, and what the user reads when it does not answer. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findEndpoint } from '#adapters/engine-docker/connection.ts'
import { engineError, isPortTaken } from '#adapters/engine-docker/errors.ts'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { findDockers } from '#adapters/engine-docker/known.ts'
import { runtimeImage, runtimeImageState } from '#adapters/engine-docker/runtime-image.ts'
import { dockerAddressProblem } from '#shared/docker.ts'

const posix = process.platform !== 'win32'
let folder = ''
let servers: Server[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-docker-'))
  servers = []
})
afterEach(async () => {
  for (const server of servers) server.close().closeAllConnections()
  await rm(folder, { recursive: true, force: true })
})

async function listen(answer: RequestListener): Promise<string> {
  const path = join(folder, 'docker.sock')
  const server = createServer(answer).listen(path)
  servers.push(server)
  await once(server, 'listening')
  return path
}

const engineAt = (url: string) =>
  createDockerEngine({ cacheFolder: folder, image: 'some:image', env: { DOCKER_HOST: url, HOME: folder } })

describe('the engine that is used', () => {
  test('is that of DOCKER_HOST before any context', async () => {
    const env = { DOCKER_HOST: 'unix:///somewhere.sock', DOCKER_CONTEXT: 'other', HOME: folder }
    expect(await findEndpoint(env)).toMatchObject({ url: 'unix:///somewhere.sock', source: 'DOCKER_HOST' })
  })

  test('is the one of the current context', async () => {
    const id = createHash('sha256').update('colima').digest('hex')
    const meta = join(folder, '.docker', 'contexts', 'meta', id)
    await mkdir(meta, { recursive: true })
    await writeFile(join(folder, '.docker', 'config.json'), '{"currentContext":"colima"}')
    await writeFile(
      join(meta, 'meta.json'),
      JSON.stringify({ Name: 'colima', Endpoints: { docker: { Host: 'unix:///colima.sock' } } })
    )
    expect(await findEndpoint({ HOME: folder })).toMatchObject({ url: 'unix:///colima.sock' })
    expect(await findEndpoint({ HOME: folder, DOCKER_CONTEXT: 'default' })).toMatchObject({
      source: expect.stringContaining('usual')
    })
  })

  test('is none when the chosen context does not exist', async () => {
    await expect(findEndpoint({ HOME: folder, DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('"gone"')
    })
  })

  test('is the default one when the configuration is not JSON', async () => {
    await mkdir(join(folder, '.docker'))
    await writeFile(join(folder, '.docker', 'config.json'), '{')
    expect(await findEndpoint({ HOME: folder })).toMatchObject({ source: expect.stringContaining('usual') })
  })
})

describe('check', () => {
  test('an engine on another computer cannot be used, and its password is not shown', async () => {
    const check = await engineAt('tcp://me:hunter2@build.example:2375').check()
    expect(check).toMatchObject({ available: false, message: expect.stringContaining('build.example') })
    expect(JSON.stringify(check)).not.toContain('hunter2')
  })

  test.runIf(posix)('no socket: not installed or not running', async () => {
    const check = await engineAt(`unix://${join(folder, 'none.sock')}`).check()
    expect(check).toMatchObject({
      available: false,
      message: expect.stringContaining('not installed, or not running')
    })
    expect(check.hint).toBeTruthy()
  })

  test('nothing listens on the socket: not running', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, 'close')
    const check = await engineAt(`tcp://127.0.0.1:${port}`).check()
    expect(check).toMatchObject({ available: false, message: expect.stringContaining('not running') })
  })

  test.runIf(posix)('a socket without permission: how to get it', async () => {
    const path = await listen(() => undefined)
    await chmod(path, 0o000)
    // Root may use every socket, so the test switches to the user "nobody" for the check.
    const root = process.geteuid?.() === 0
    if (root) process.seteuid?.(65_534)
    const check = await engineAt(`unix://${path}`)
      .check()
      .finally(() => root && process.seteuid?.(0))
    expect(check).toMatchObject({
      available: false,
      message: expect.stringContaining('permission denied'),
      hint: expect.stringMatching(/usermod|Docker Desktop/)
    })
  })

  test.runIf(posix)('an engine that never answers', { timeout: 20_000 }, async () => {
    const path = await listen(() => undefined)
    const check = await engineAt(`unix://${path}`).check()
    expect(check).toMatchObject({ available: false, message: expect.stringContaining('does not answer') })
  })

  test.runIf(posix)('an abort ends the wait for a shell, too', async () => {
    const asked = new AbortController()
    const path = await listen(() => asked.abort())
    const opening = engineAt(`unix://${path}`).openShell?.('some', { columns: 80, rows: 24 }, asked.signal)
    await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('an engine that times out is not reported as a missing one', () => {
    const endpoint = { url: 'unix:///some.sock', source: 'DOCKER_HOST' }
    const toldOf = (code: string) => engineError(Object.assign(new Error(code), { code }), endpoint)
    expect(toldOf('ETIMEDOUT')).toMatchObject({ code: 'UNAVAILABLE', trouble: 'silent' })
    expect(toldOf('ECONNREFUSED')).toMatchObject({ code: 'UNAVAILABLE', trouble: 'absent' })
  })

  test.runIf(posix)('an abort ends the wait', async () => {
    const asked = new AbortController()
    const path = await listen(() => asked.abort())
    await expect(engineAt(`unix://${path}`).check(asked.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test.runIf(posix)('a container that cannot be measured does not spoil the readings of others', async () => {
    const path = await listen((request, response) => {
      if (request.url?.includes('-broken')) return response.writeHead(500).end('{"message":"no cgroup"}')
      return response.end('{"memory_stats":{"usage":5}}')
    })
    const targets = ['broken', 'fine'].map(instanceId => ({ instanceId, runFolder: folder }))
    expect(await engineAt(`unix://${path}`).metrics(targets)).toEqual(new Map([['fine', { memoryUsed: 5 }]]))
  })

  test.runIf(posix)('no image: the message says how to build it', async () => {
    const path = await listen((request, response) => {
      if (request.url?.startsWith('/version')) response.end('{"Version":"99.1"}')
      else response.writeHead(404).end('{"message":"no such image"}')
    })
    const check = await engineAt(`unix://${path}`).check()
    expect(check).toMatchObject({ available: false, hint: expect.stringContaining('q8s-cli runtime build') })
  })

  test.runIf(posix).each(['missing', 'stale', 'ok'] as const)(
    'the image of the launcher is %s',
    async expected => {
      const wanted = expected === 'ok' ? await runtimeImage() : 'q8s-runtime:latest'
      const path = await listen((request, response) => {
        const known = expected !== 'missing' && decodeURIComponent(request.url ?? '').includes(wanted)
        if (request.url?.startsWith('/version')) response.end('{"Version":"99.1"}')
        else if (known) response.end('{"Id":"sha256:1"}')
        else response.writeHead(404).end('{"message":"no such image"}')
      })
      const env = { DOCKER_HOST: `unix://${path}`, HOME: folder }
      expect(await runtimeImageState(env)).toBe(expected)
      const check = await createDockerEngine({ cacheFolder: folder, env }).check()
      expect(check.available).toBe(expected === 'ok')
      if (expected === 'stale') expect(check.message).toContain('another version')
    }
  )

  test.runIf(posix)('an engine that breaks off', async () => {
    const path = await listen(request => request.socket.destroy())
    const check = await engineAt(`unix://${path}`).check()
    expect(check).toMatchObject({ available: false, message: expect.stringContaining('broke') })
  })
})

test.each([
  'driver failed programming external connectivity: Bind for 127.0.0.1:55555 failed: port is already allocated',
  'Error starting userland proxy: listen tcp4 127.0.0.1:55555: bind: address already in use',
  'Ports are not available: exposing port TCP 127.0.0.1:55555 -> 0.0.0.0:0',
  'listen tcp 127.0.0.1:1: bind: Only one usage of each socket address is normally permitted.'
])('is a taken port: %s', message => {
  expect(isPortTaken(new Error(message))).toBe(true)
  expect(isPortTaken(new Error('no space left on device'))).toBe(false)
})

describe('a chosen address', () => {
  const context = async (name: string, host: string) => {
    const id = createHash('sha256').update(name).digest('hex')
    const meta = join(folder, '.docker', 'contexts', 'meta', id)
    await mkdir(meta, { recursive: true })
    await writeFile(
      join(meta, 'meta.json'),
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } })
    )
  }

  test('wins over everything the docker command reads', async () => {
    await context('colima', 'unix:///colima.sock')
    const env = { DOCKER_HOST: 'unix:///somewhere.sock', HOME: folder }
    expect(await findEndpoint(env, 'context:colima')).toMatchObject({ url: 'unix:///colima.sock' })
    expect(await findEndpoint(env, 'unix:///mine.sock')).toMatchObject({ url: 'unix:///mine.sock' })
    expect(await findEndpoint(env, 'auto')).toMatchObject({ url: 'unix:///somewhere.sock' })
  })

  test.each([
    ['auto', true],
    ['context:desktop-linux', true],
    ['unix:///var/run/docker.sock', true],
    ['npipe:////./pipe/docker_engine', true],
    ['tcp://localhost:2375', true],
    ['tcp://[::1]:2375', true],
    ['tcp://me:hunter2@localhost:2375', false],
    ['tcp://build.example:2375', false],
    ['ssh://ada@build.example', false],
    ['unix://relative.sock', false],
    ['docker.sock', false],
    ['context:../../etc', false],
    ['', false]
  ])('%s may be one: %s', (address, may) => {
    expect(dockerAddressProblem(address) === undefined).toBe(may)
  })

  test.runIf(posix)('each is listed with whether it answers, and how to fix it if not', async () => {
    const path = await listen((_, response) =>
      response.end('{"Version":"5.1","Components":[{"Name":"Podman Engine"}]}')
    )
    await context('here', `unix://${path}`)
    await context('far', 'ssh://ada@build.example')
    await context('colima', `unix://${join(folder, '.colima', 'default', 'docker.sock')}`)
    const env = { DOCKER_HOST: `unix://${path}`, HOME: folder, XDG_RUNTIME_DIR: folder }
    const found = await findDockers('context:colima', undefined, env)
    const of = (address: string) => found.filter(it => it.address === address)
    expect(found.slice(0, 2).map(({ address }) => address)).toEqual(['auto', 'context:colima'])
    expect(of('auto')).toMatchObject([{ answers: true, message: 'Podman 5.1', chosen: false }])
    expect(of('context:colima')).toMatchObject([
      { answers: false, hint: expect.stringContaining('colima start'), chosen: true }
    ])
    expect(of('context:here')).toMatchObject([{ answers: true, url: `unix://${path}` }])
    expect(of('context:far')).toMatchObject([
      { answers: false, message: expect.stringContaining('not one of this computer') }
    ])
    // The socket of this user is also the one of the context: it is listed once.
    expect(of(`unix://${path}`)).toEqual([])
  })
})
