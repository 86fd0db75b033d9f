/** Programs of other users and untrusted clients attack the browser host: none gets in, and none locks the user out. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect as connectTo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Client } from '#shared/contract.ts'
import { fromWire } from '#shared/wire.ts'
import { clientOf, connect, enter, tokenOf } from '../fixtures/browser-client.ts'
import { startUi, type UiProcess } from '../fixtures/ui-process.ts'

let host: UiProcess | undefined
const open: { destroy(): void }[] = []
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  await host?.close()
  host = undefined
})

const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0
/** The user "nobody". */
const NOBODY = 65_534

describe('another user of this computer', () => {
  test.skipIf(!isRootOnLinux)('sees no secret in the list of processes (needs root on Linux)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'q8s-opener-'))
    // This opener stays in the process list until the test has seen it there.
    const opener = `#!/bin/sh
cd ${folder}
echo "$1" > opening && mv opening opened
for wait in $(seq 300); do [ -e seen ] && exit; sleep 0.1; done
`
    await writeFile(join(folder, 'xdg-open'), opener)
    await chmod(join(folder, 'xdg-open'), 0o755)
    const poller = startPoller()
    host = await startUi({ args: [], env: { PATH: `${folder}:${process.env.PATH}` } })
    const file = (await untilThere(join(folder, 'opened'))).trim()
    const seen = await poller.untilSees(file)
    await writeFile(join(folder, 'seen'), '')
    const token = tokenOf(host.url)
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(seen).not.toContain(token)
    expect(seen).not.toContain(new URL(host.url).host)
    // Only its user can read it.
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readAsNobody(file)).toContain('EACCES')
    expect(await readFile(file, 'utf8')).toContain(`url=${host.url}"`)
    await enter(host.url)
    await expect.poll(() => readdir(join(file, '..'))).toEqual([])
    await rm(folder, { recursive: true, force: true })
  })

  test('uses up no token with its requests, for any method', async () => {
    host = await startUi()
    for (const method of ['HEAD', 'GET', 'OPTIONS', 'POST', 'PUT']) {
      const { origin } = new URL(host.url)
      const response = await fetch(`${origin}/?token=${tokenOf(host.url)}`, { method })
      expect(response.headers.get('set-cookie')).toBeNull()
    }
    await enter(host.url)
  })
})

describe.skipIf(process.platform === 'win32')(
  'connections of others (needs a POSIX limit of open files)',
  () => {
    // With the first limit, the cap on connections applies before the files run out; with the second, they run out.
    test.each([256, 110])(
      'neither lock the user out nor break any later answers (%i files)',
      async openFiles => {
        host = await startUi({ openFiles })
        const { url } = host
        const session = await enter(url)
        const before = await connect(url, session)
        if (openFiles === 110) expect(await settled(clientOf(before))).toEqual(['done'])
        const attack = flood(url)
        // The duration of the attack, not a wait for an event.
        await pause(2_000)
        // The signed-in connection stays: it gets an answer, or is asked to try again.
        const during = await allCalls(clientOf(before))
        expect(during.filter(code => code !== 'UNAVAILABLE' && code !== 'done')).toEqual([])
        if (openFiles === 256) expect(during).not.toContain('UNAVAILABLE')
        await attack.stop()
        expect(before.readyState).toBe(before.OPEN)
        expect(await settled(clientOf(before))).toEqual(['done'])
        expect((await fetch(url)).status).toBe(200)
        const after = clientOf(await connect(url, session))
        expect(await settled(after)).toEqual(['done'])
      }
    )

    test('with too few files for all calls at once, the host keeps running', async () => {
      for (const openFiles of [50, 60, 70, 80, 90]) {
        host = await startUi({ openFiles })
        const client = clientOf(await connect(host.url, await enter(host.url)))
        expect(await allCalls(client)).toEqual(CALLS.map(() => expect.stringMatching(/^(done|UNAVAILABLE)$/)))
        await client.system.info()
        await host.close()
        host = undefined
      }
    })

    test('are closed soon if they send nothing, half a request, or no proof of identity', async () => {
      host = await startUi()
      const { url } = host
      const ended = ['', 'GET / HTTP/1.1\r\nHost: x\r\n', upgradeFor(url)].map(async text => {
        const started = performance.now()
        const socket = dial(url, text)
        socket.resume()
        await once(socket, 'close')
        return performance.now() - started
      })
      for (const took of await Promise.all(ended)) expect(took).toBeLessThan(20_000)
    })
  }
)

describe('a client that is signed in', () => {
  test.skipIf(process.platform === 'win32')(
    'and does not read costs the host little (needs ps)',
    async () => {
      host = await startUi()
      const session = await enter(host.url)
      const client = clientOf(await connect(host.url, session))
      await client.system.keep({ name: 'view', text: JSON.stringify('x'.repeat(1024 * 1024)) })
      await client.platform.apps.list({})
      const before = await residentBytes(host.pid)
      const deaf = await connect(host.url, session)
      deaf.pause()
      for (let index = 0; index < 1_500; index += 1) {
        deaf.send(JSON.stringify({ i: `${index}`, p: { u: '/system/kept', b: { json: { name: 'view' } } } }))
      }
      // Later requests on another connection are answered as usual.
      let most = 0
      for (let index = 0; index < 40; index += 1) {
        await client.system.settings()
        most = Math.max(most, await residentBytes((host as UiProcess).pid))
      }
      expect(most - before).toBeLessThan(400 * 1024 * 1024)
      // Once it reads, it gets its answers.
      deaf.resume()
      await once(deaf, 'message')
    }
  )

  test('can watch a hundred things; more are refused clearly, and other calls are answered', async () => {
    host = await startUi({ args: ['--no-open', '--sample'] })
    const socket = await connect(host.url, await enter(host.url))
    const client = clientOf(socket)
    const { project = '' } = await client.system.info()
    const end = new AbortController()
    const firsts = Array.from({ length: 5_000 }, () => first(client, project as string, end.signal))
    const refused = (await Promise.all(firsts)).filter(result => result !== 'watching')
    expect(refused.length).toBeGreaterThanOrEqual(4_900)
    for (const words of new Set(refused))
      expect(words).toMatch(/^UNAVAILABLE The window (watches|asks for) too much/)
    expect(refused).toContainEqual(expect.stringContaining('watches too much at once: 100 files and lists.'))
    expect(await client.system.settings()).toMatchObject({ language: expect.any(String) })
    end.abort()
    await expect.poll(() => first(client, project as string, AbortSignal.timeout(20_000))).toBe('watching')
  })
})

/** 'watching' after its first event, or the error that prevented it. */
async function first(client: Client, path: string, signal: AbortSignal): Promise<string> {
  try {
    const events = await client.projects.watch({ path }, { signal })
    await events.next()
    return 'watching'
  } catch (error) {
    const { code, message } = fromWire(error) as { code: string; message: string }
    return `${code} ${message}`
  }
}

const CALLS: readonly ((client: Client) => Promise<unknown>)[] = [
  client => client.system.info(),
  client => client.system.settings(),
  client => client.platform.apps.list({}),
  client => client.platform.instances.list({}),
  client => client.platform.secrets.list(),
  client => client.jobs.list(),
  client => client.projects.recent(),
  client => client.upkeep.cleanUpPlan({}),
  client => client.upkeep.leftovers({}),
  client => client.system.checks({})
]

/** 'done' for each call, or the code of its error. */
function allCalls(client: Client): Promise<string[]> {
  const codeOf = (error: unknown) => String((fromWire(error) as { code?: unknown }).code ?? error)
  return Promise.all(CALLS.map(call => call(client).then(() => 'done', codeOf)))
}

async function settled(client: Client): Promise<string[]> {
  return [...new Set(await allCalls(client))]
}

function dial(url: string, text: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connectTo(Number(port), hostname, () => socket.write(text))
  socket.on('error', () => undefined)
  open.push(socket)
  return socket
}

/** Any program can claim to be our page. */
function upgradeFor(url: string): string {
  const { host: address, origin } = new URL(url)
  return [
    'GET /rpc HTTP/1.1',
    `Host: ${address}`,
    `Origin: ${origin}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
  ].join('\r\n')
}

/** Opens connections of each kind as fast as possible, and replaces each closed one, until it is stopped. */
function flood(url: string) {
  const kinds = ['', 'GET / HTTP/1.1\r\nHost: x\r\n', upgradeFor(url)]
  const sockets = new Set<Socket>()
  let count = 0
  let stopped = false
  const add = () => {
    if (stopped) return
    const socket = dial(url, kinds[count % kinds.length] as string)
    sockets.add(socket)
    socket.resume()
    socket.once('close', () => {
      sockets.delete(socket)
      add()
    })
    count += 1
  }
  for (let index = 0; index < 600; index += 1) add()
  return {
    async stop() {
      stopped = true
      const gone = [...sockets].map(socket => once(socket, 'close'))
      for (const socket of sockets) socket.destroy()
      await Promise.all(gone)
    }
  }
}

function residentBytes(pid: number): Promise<number> {
  return output('ps', ['-o', 'rss=', '-p', String(pid)]).then(text => Number(text) * 1024)
}

const readAsNobody = (file: string) =>
  output(
    process.execPath,
    [
      '-e',
      `try { require('fs').readFileSync(${JSON.stringify(file)}); console.log('read') } catch (error) { console.log(error.code) }`
    ],
    NOBODY
  )

async function output(program: string, args: readonly string[], uid?: number): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid })
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', part => (text += part))
  await once(child, 'close')
  return text.trim()
}

async function untilThere(file: string): Promise<string> {
  await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 30_000 }).not.toBe('')
  return readFile(file, 'utf8')
}

/** Reads the arguments of all processes again and again, as the user "nobody". */
function startPoller() {
  const code = `import glob
seen = set()
while True:
    for path in glob.glob('/proc/[0-9]*/cmdline'):
        try:
            words = open(path, 'rb').read()
        except OSError:
            continue
        if words not in seen:
            seen.add(words)
            print(words.decode('utf8', 'replace').replace('\\0', ' '), flush=True)
`
  const child = spawn('python3', ['-c', code], {
    uid: NOBODY,
    gid: NOBODY,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  open.push({ destroy: () => void child.kill('SIGKILL') })
  let seen = ''
  child.stdout.setEncoding('utf8').on('data', text => (seen += text))
  return {
    async untilSees(part: string) {
      await expect.poll(() => seen.includes(part), { timeout: 30_000 }).toBe(true)
      return seen
    }
  }
}
