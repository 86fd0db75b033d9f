/** A hostile client of the browser host: a hundred thousand messages change nothing and end nothing. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { homeFolders } from '#core/host/folders.ts'
import { type BrowserHost, serveBrowserHost } from '#hosts/browser/serve.ts'
import { isRequest } from '#hosts/requests.ts'
import type { Client } from '#shared/contract.ts'
import { clientOf, connect, enter } from '../fixtures/browser-client.ts'
import { CALLS, hostileMessages } from './hostile-messages.ts'

const MESSAGES = 100_000
const SEED = 20_261

let folder = ''
let host: BrowserHost
const end = new AbortController()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-fuzz-'))
  const renderer = join(folder, 'renderer')
  await mkdir(renderer)
  await writeFile(join(renderer, 'index.html'), 'the window')
  host = await serveBrowserHost({
    folders: homeFolders({ Q8S_HOME: join(folder, 'home') }),
    renderer,
    sample: true,
    signal: end.signal
  })
})
afterAll(async () => {
  end.abort()
  await host.closed
  await rm(folder, { recursive: true, force: true })
})

describe('a hostile client', () => {
  test('can send messages of every kind, without effect', { timeout: 120_000 }, async () => {
    const secret = await session()
    const good = clientOf(await connect(host.url, secret))
    await good.platform.apps.list({})
    const before = await stateOf(good)

    const hostile = await connect(host.url, secret)
    for (const message of hostileMessages(SEED, MESSAGES)) {
      hostile.send(message)
      if (hostile.bufferedAmount > 4_000_000) await drained(hostile)
    }
    // Messages are handled in order: this one is answered after all the others began.
    expect(await clientOf(hostile).system.info()).toMatchObject({ host: 'browser' })
    expect(hostile.readyState).toBe(WebSocket.OPEN)

    expect(await stateOf(good)).toEqual(before)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('the messages reach their targets', () => {
    const all = [...hostileMessages(SEED, 5_000)]
    const read = all.filter(isRequest).length
    expect(read).toBeGreaterThan(1_000)
    expect(all.length - read).toBeGreaterThan(1_000)
    expect(CALLS.length).toBeGreaterThan(25)
  })

  test('a thousand connections with wrong credentials are refused, then the right one is accepted', async () => {
    const secret = await session()
    const { origin } = new URL(host.url)
    const wrong = [
      ['x', {}],
      [`${secret}x`, {}],
      [secret.replace(/./g, '0'), {}],
      [secret, { origin: 'null' }],
      [secret, { origin: 'file://' }],
      [secret, { origin: `${origin}.evil.example` }],
      [secret, { host: 'localhost' }],
      [secret, { host: 'evil.example' }]
    ] as const
    const words = new Set<string>()
    for (let index = 0; index < 1_000; index += wrong.length) {
      const tried = await Promise.allSettled(
        wrong.map(([tried, headers]) => connect(host.url, tried, { headers }))
      )
      for (const result of tried)
        words.add(result.status === 'rejected' ? String(result.reason.message) : 'let in')
    }
    expect([...words].sort()).toEqual([
      'The host does not know this page.',
      'Unexpected server response: 403'
    ])
    expect(await clientOf(await connect(host.url, secret)).jobs.list()).toEqual([])
  })
})

let entered: Promise<string> | undefined
/** The address works once, so the tests share its session. */
function session(): Promise<string> {
  entered ??= enter(host.url)
  return entered
}

function drained(socket: WebSocket): Promise<void> {
  return new Promise(resolve => {
    socket.ping()
    socket.once('pong', () => resolve())
  })
}

/** The visible state of the host: its lists, and every file of its home. */
async function stateOf(client: Client) {
  return {
    apps: await client.platform.apps.list({ all: true }),
    secrets: await client.platform.secrets.list(),
    jobs: await client.jobs.list(),
    recent: await client.projects.recent(),
    settings: await client.system.settings(),
    files: await filesOf(join(folder, 'home'))
  }
}

/** Path and digest of each file, without the store's journals, which change at checkpoints. */
async function filesOf(root: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /-(wal|shm)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    files[path] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
  }
  return files
}
