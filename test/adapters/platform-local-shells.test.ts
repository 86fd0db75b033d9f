/** Shells of the local platform: no output is lost to a slow reader or a reconnect, and buffers are bounded. */
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createObserver } from '#adapters/platform-local/instances/observe.ts'
import { createShells } from '#adapters/platform-local/shells.ts'
import type { EngineShell, TerminalSize } from '#core/ports.ts'
import { MAX_SHELLS } from '#shared/shell.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { createFakeEngine } from './fake-engine.ts'
import { contextIn, createLocalHome, type LocalHome } from './local-home.ts'

interface FakeShell extends EngineShell {
  readonly output: PassThrough
  readonly written: string[]
  readonly sizes: TerminalSize[]
  closed: boolean
}

const SIZE = { columns: 80, rows: 24 }
const opened: FakeShell[] = []
let home: LocalHome
let id: string
let shells: ReturnType<typeof shellsOf>
let instances: Awaited<ReturnType<LocalHome['open']>>['instances']

function fakeShell(): FakeShell {
  const output = new PassThrough({ highWaterMark: 1024 })
  const shell: FakeShell = {
    output,
    written: [],
    sizes: [],
    closed: false,
    async write(text) {
      shell.written.push(text)
    },
    async resize(size) {
      shell.sizes.push(size)
    },
    exitCode: async () => 3,
    async close() {
      shell.closed = true
      output.destroy()
    }
  }
  opened.push(shell)
  return shell
}

const engine = { ...createFakeEngine('docker'), openShell: async () => fakeShell() }

beforeEach(async () => {
  home = await createLocalHome({ engines: [engine] })
  const platform = await home.open()
  instances = platform.instances
  id = (await instances.run({ appId: (await importApp(platform)).id })).id
  await until(platform, id, 'ready')
  shells = shellsOf()
})
afterEach(async () => {
  await shells.closeAll()
  await instances.stop({ id })
  await home.remove()
  opened.length = 0
})

function shellsOf(idleMs?: number) {
  const context = contextIn(home, [engine])
  const shells = createShells(context, createObserver(context), idleMs)
  const session = (shellId: string, user = 'anna') => shells.require(user, shellId)
  return {
    closeAll: shells.closeAll,
    open: ({ id, ...size }: TerminalSize & { id: string }) => shells.open('anna', id, size),
    read: async (
      { shellId, from, waitMs }: { shellId: string; from: number; waitMs: number },
      user?: string
    ) => session(shellId, user).read(from, waitMs),
    write: async ({ shellId, text }: { shellId: string; text: string }) => session(shellId).shell.write(text),
    resize: async ({ shellId, ...size }: TerminalSize & { shellId: string }) =>
      session(shellId).shell.resize(size),
    close: async ({ shellId }: { shellId: string }) => session(shellId).close()
  }
}

test('a page that was lost on the way is sent again, and acknowledged output is dropped', async () => {
  const { shellId } = await shells.open({ id, ...SIZE })
  opened[0]?.output.write('héllo ')
  const page = await shells.read({ shellId, from: 0, waitMs: 5_000 })
  expect(page).toEqual({ text: 'héllo ', next: 6 })
  opened[0]?.output.write('wörld')
  await vi.waitFor(async () => {
    expect((await shells.read({ shellId, from: 0, waitMs: 0 })).text).toBe('héllo wörld')
  })
  expect(await shells.read({ shellId, from: 6, waitMs: 0 })).toEqual({ text: 'wörld', next: 11 })
  expect(await shells.read({ shellId, from: 11, waitMs: 10 })).toEqual({ text: '', next: 11 })
})

test('a character split between two pieces of output arrives whole', async () => {
  const { shellId } = await shells.open({ id, ...SIZE })
  const bytes = Buffer.from('€')
  opened[0]?.output.write(bytes.subarray(0, 1))
  opened[0]?.output.write(bytes.subarray(1))
  expect((await shells.read({ shellId, from: 0, waitMs: 5_000 })).text).toBe('€')
})

test('a shell that writes faster than its reader reads waits', async () => {
  const { shellId } = await shells.open({ id, ...SIZE })
  const shell = opened[0] as FakeShell
  const piece = 'x'.repeat(64 * 1024)
  let accepted = 0
  const flood = async () => {
    while (accepted < 64 && !shell.output.destroyed) {
      accepted++
      if (!shell.output.write(piece)) await new Promise(resolve => shell.output.once('drain', resolve))
    }
    shell.output.end()
  }
  void flood()
  await vi.waitFor(async () => {
    expect((await shells.read({ shellId, from: 0, waitMs: 0 })).text.length).toBeGreaterThan(256 * 1024)
  })
  const before = accepted
  expect(before).toBeLessThan(16)
  let total = 0
  for (let from = 0; ; ) {
    const page = await shells.read({ shellId, from, waitMs: 5_000 })
    expect(page.text.length).toBeLessThan(512 * 1024)
    total += page.text.length
    from = page.next
    if (page.end) break
  }
  expect(total).toBe(64 * piece.length)
})

test('input and size reach the shell; its end is reported with the exit code', async () => {
  const { shellId } = await shells.open({ id, ...SIZE })
  const shell = opened[0] as FakeShell
  await shells.write({ shellId, text: 'ls\r' })
  await shells.resize({ shellId, columns: 120, rows: 40 })
  expect(shell.written).toEqual(['ls\r'])
  expect(shell.sizes).toEqual([{ columns: 120, rows: 40 }])
  shell.output.end()
  expect(await shells.read({ shellId, from: 0, waitMs: 5_000 })).toEqual({
    text: '',
    next: 0,
    end: { exitCode: 3 }
  })
})

test('only the user who opened a shell can use it', async () => {
  const { shellId } = await shells.open({ id, ...SIZE })
  await expect(shells.read({ shellId, from: 0, waitMs: 0 }, 'ben')).rejects.toMatchObject({
    code: 'NOT_FOUND'
  })
  expect(await shells.read({ shellId, from: 0, waitMs: 0 })).toEqual({ text: '', next: 0 })
})

test('only a limited number is open at once; closing one makes room', async () => {
  const all = await Promise.all(Array.from({ length: MAX_SHELLS }, () => shells.open({ id, ...SIZE })))
  await expect(shells.open({ id, ...SIZE })).rejects.toMatchObject({ code: 'CONFLICT' })
  await shells.close(all[0] as { shellId: string })
  await shells.open({ id, ...SIZE })
})

test('a shell that is no longer read is closed', async () => {
  const impatient = shellsOf(20)
  const { shellId } = await impatient.open({ id, ...SIZE })
  await vi.waitFor(() => expect(opened.at(-1)?.closed).toBe(true))
  await expect(impatient.read({ shellId, from: 0, waitMs: 0 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
