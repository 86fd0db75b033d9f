/** An update channel on a real server: what it may answer, what is downloaded, and what is deleted. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppImageUpdater, NsisUpdater } from 'electron-updater'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { channelFile } from '#adapters/updates/channel.ts'
import { openUpdateSource } from '#adapters/updates/source.ts'
import type { UpdateSource } from '#core/ports.ts'
import { publicUpdateKey, signChannels, signed } from '../../scripts/update-key.mjs'
import { channelText, newUpdateKey, startUpdateServer, type UpdateServer } from '../fixtures/update-server.ts'

const STABLE = `/${channelFile('stable')}`
const NAME = 'q8s-desktop-0.2.0.AppImage'
/** What a newer version does during its installation: it is started once, to replace the old file. */
const APP = Buffer.from('#!/bin/sh\necho "$APPIMAGE_EXIT_AFTER_INSTALL" > "$(dirname "$0")/installed"\n')

const { signal } = new AbortController()
let folder = ''
let server: UpdateServer
let source: UpdateSource
let quit: ((exitCode: number) => void)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-updates-'))
  server = await startUpdateServer()
  quit = []
  vi.stubEnv('APPIMAGE', join(folder, 'q8s.AppImage'))
  vi.stubEnv('Q8S_UPDATE_KEY', await newUpdateKey(folder))
  await writeFile(join(folder, 'q8s.AppImage'), 'the old one')
  source = await sourceOf(server.url)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

async function sourceOf(url: string): Promise<UpdateSource> {
  const configFile = join(folder, 'app-update.yml')
  await writeFile(configFile, `provider: generic\nurl: ${url}\nupdaterCacheDirName: q8s-desktop-updater\n`)
  return openUpdateSource({
    configFile,
    key: publicUpdateKey(),
    version: '0.1.0',
    cacheFolder: join(folder, 'cache'),
    fetch: (address, init) => fetch(address, init),
    failed: problem => expect.fail(String(problem)),
    onQuit: handler => void quit.push(handler)
  })
}

const fetching = (progress: (done: number, total: number) => void = () => undefined) =>
  source.fetch('stable', '0.2.0', progress, signal)

/** Names of all files that an update left in the cache. */
async function leftOver(): Promise<string[]> {
  const all = await readdir(join(folder, 'cache'), { recursive: true, withFileTypes: true })
  return all.filter(entry => entry.isFile() && entry.name !== '.updaterId').map(entry => entry.name)
}

test.each([
  ['win32', 'x64', 'latest.yml', 'beta.yml'],
  ['darwin', 'arm64', 'latest-mac.yml', 'beta-mac.yml'],
  ['linux', 'x64', 'latest-linux.yml', 'beta-linux.yml'],
  ['linux', 'arm64', 'latest-linux-arm64.yml', 'beta-linux-arm64.yml']
] as const)('%s %s asks for the files the packer writes', (platform, arch, stable, beta) => {
  expect([channelFile('stable', platform, arch), channelFile('beta', platform, arch)]).toEqual([stable, beta])
})

describe('the answer of a channel', () => {
  test('is requested once, without data about the user', async () => {
    server.answers[STABLE] = signed(channelText('0.2.0', NAME, APP))
    expect(await source.newest('stable', signal)).toEqual({
      version: '0.2.0',
      size: APP.length,
      date: '2026-11-20T12:00:00.000Z',
      notes: 'https://docs.example/q8s/notes'
    })
    expect(server.asked.map(({ path }) => path)).toEqual([STABLE])
    expect(
      Object.keys(server.asked[0]?.headers ?? {}).filter(name => /cookie|staging|id$/.test(name))
    ).toEqual([])
  })

  test('release notes at an address that may not be opened are ignored', async () => {
    server.answers[STABLE] = signed(channelText('0.2.0', NAME, APP, { notes: 'javascript:alert(1)' }))
    expect((await source.newest('stable', signal)).notes).toBeUndefined()
  })

  test.each([
    ['a file that is not there', undefined, 'UNAVAILABLE', /has no latest/],
    ['no YAML', 'a: b: [', 'INVALID', /not valid YAML/],
    ['a page', '<!doctype html><title>Login</title>', 'INVALID', /is invalid/],
    ['nothing', '', 'INVALID', /is invalid/],
    ['no version', channelText('newest', NAME, APP), 'INVALID', /version: not a version/],
    [
      'a path out of its folder',
      channelText('0.2.0', '../x.AppImage', APP),
      'INVALID',
      /not a file in its folder/
    ],
    [
      'another server',
      channelText('0.2.0', 'https://e.example/x', APP),
      'INVALID',
      /not a file in its folder/
    ],
    ['no checksum', channelText('0.2.0', NAME, APP, { sha512: 'AAAA' }), 'INVALID', /not a SHA-512/],
    ['too large a file', channelText('0.2.0', NAME, APP, { size: 2 ** 40 }), 'INVALID', /files.0.size/],
    ['too much', 'x'.repeat(70_000), 'INVALID', /more than 64 KiB/],
    ['a bomb of references', bomb(), 'INVALID', /is invalid/]
  ])('%s is refused with a message', async (_what, text, code, message) => {
    if (text !== undefined) server.answers[STABLE] = signed(text)
    await expect(source.newest('stable', signal)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/)
    })
    expect(server.asked).toHaveLength(1)
  })

  test('an endless stream is cut, a redirect is not followed, an error is reported', async () => {
    let closed = false
    server.answers[STABLE] = (_request, response) => {
      const more = () => response.write('x'.repeat(16_384)) && setImmediate(more)
      response.on('drain', more).on('close', () => {
        closed = true
      })
      more()
    }
    await expect(source.newest('stable', signal)).rejects.toMatchObject({ code: 'INVALID' })
    await expect.poll(() => closed).toBe(true)
    server.answers[STABLE] = (_request, response) =>
      response.writeHead(302, { location: '/elsewhere.yml' }).end()
    await expect(source.newest('stable', signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    server.answers[STABLE] = (_request, response) => response.writeHead(503).end('later')
    await expect(source.newest('stable', signal)).rejects.toThrow('answered 503')
    expect(server.asked.map(({ path }) => path)).toEqual([STABLE, STABLE, STABLE])
  })

  test('a server that is gone is reported, and a check can be cancelled', async () => {
    server.answers[STABLE] = () => undefined
    const stop = new AbortController()
    const look = source.newest('stable', stop.signal)
    await expect.poll(() => server.asked.length).toBe(1)
    stop.abort()
    await expect(look).rejects.toMatchObject({ name: 'AbortError' })
    const gone = await sourceOf('http://127.0.0.1:9/')
    await expect(gone.newest('stable', signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('does not answer')
    })
  })

  test.each(['http://updates.example/', 'ftp://updates.example/', 'https://a:b@updates.example/', 'x'])(
    'an app packed with the address %s sends no request',
    async url => {
      await expect(sourceOf(url)).rejects.toMatchObject({ code: 'INVALID' })
    }
  )
})

describe('the sender of a channel', () => {
  const text = channelText('0.2.0', NAME, APP)
  test.each([
    ['nobody', () => text],
    [
      'another',
      async () => {
        const own = process.env.Q8S_UPDATE_KEY
        vi.stubEnv('Q8S_UPDATE_KEY', await newUpdateKey(await mkdtemp(join(folder, 'their-'))))
        const theirs = signed(text)
        vi.stubEnv('Q8S_UPDATE_KEY', own)
        return theirs
      }
    ],
    ['its maker of another version', () => signed(text).replace('version: 0.2.0', 'version: 0.3.0')],
    ['its maker, with more after it', () => `${signed(text)}version: 0.3.0\n`]
  ])('%s is not trusted', async (_who, speak) => {
    server.answers[STABLE] = await speak()
    await expect(source.newest('stable', signal)).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('is not signed by the publisher of this app')
    })
  })

  test('the packer signs each file of the channels once', async () => {
    await writeFile(join(folder, channelFile('stable')), text)
    await signChannels(folder)
    await signChannels(folder)
    const [file] = [await readFile(join(folder, channelFile('stable')), 'utf8')]
    expect(file).toBe(signed(text))
    expect(await readFile(join(folder, 'q8s.AppImage'), 'utf8')).toBe('the old one')
  })
})

/** Nine lines of YAML that expand to ten thousand million entries. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 10; level++)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`
    )
  return `${lines.join('\n')}\nversion: 0.2.0\nfiles: *a9\n`
}

test('the updater lets us download its files, through a field that is not public', async () => {
  const { version } = JSON.parse(
    await readFile(join(import.meta.dirname, '../../node_modules/electron-updater/package.json'), 'utf8')
  )
  expect(version, 'compare downloadBy in adapters/updates/installer.ts with this version').toBe('6.8.10')
  const none = async () => undefined
  const adapter = {
    ...{ version: '0.1.0', name: 'q8s', isPackaged: true, appUpdateConfigPath: '', userDataPath: '' },
    ...{ baseCachePath: '', whenReady: none, relaunch: none, quit: none, onQuit: none }
  }
  expect(new AppImageUpdater(undefined, adapter)).toHaveProperty('httpExecutor', null)
  expect(new NsisUpdater(undefined, adapter)).toHaveProperty('httpExecutor', null)
})

// Windows and macOS install with their own programs, which this computer does not have.
describe.skipIf(process.platform !== 'linux')('the downloaded update', () => {
  const isThere = () => readFile(join(folder, 'installed'), 'utf8').catch(() => undefined)

  test('is installed when the app quits, and only if the user wants it', async () => {
    server.answers[STABLE] = signed(channelText('0.2.0', NAME, APP))
    server.answers[`/${NAME}`] = APP
    const seen: number[] = []
    await fetching(done => seen.push(done))
    expect(seen.at(-1)).toBe(APP.length)
    expect(server.asked.map(({ path }) => path)).toEqual([STABLE, `/${NAME}`])
    expect(JSON.stringify(server.asked)).not.toContain('staging')
    for (const handler of quit) handler(0)
    expect(await isThere()).toBeUndefined()

    await source.installOnQuit(true)
    await source.installOnQuit(false)
    for (const handler of quit) handler(0)
    expect(await isThere()).toBeUndefined()
    await source.installOnQuit(true)
    expect(server.asked).toHaveLength(2)
    for (const handler of quit) handler(0)
    expect(await isThere()).toBe('true\n')
    expect(await readFile(process.env.APPIMAGE as string)).toEqual(APP)
    expect((await stat(process.env.APPIMAGE as string)).mode & 0o111).not.toBe(0)
  })

  test('after a newer one was downloaded, the older one is not installed', async () => {
    server.answers[STABLE] = signed(channelText('0.2.0', NAME, APP))
    server.answers[`/${NAME}`] = APP
    await fetching()
    await source.installOnQuit(true)
    const next = Buffer.from('#!/bin/sh\n')
    server.answers[STABLE] = signed(channelText('0.3.0', 'next.AppImage', next))
    server.answers['/next.AppImage'] = next
    await source.fetch('stable', '0.3.0', () => undefined, signal)
    for (const handler of quit) handler(0)
    expect(await readFile(process.env.APPIMAGE as string, 'utf8')).toBe('the old one')
  })

  test.each([
    ['another SHA-512', () => Buffer.from(APP.map(byte => byte ^ 1)), /SHA-512 is different/],
    ['too many bytes', () => Buffer.concat([APP, APP]), /more than/],
    ['too few bytes', () => APP.subarray(1), /instead of/]
  ])('%s is deleted', async (_what, content, message) => {
    server.answers[STABLE] = signed(channelText('0.2.0', NAME, APP))
    server.answers[`/${NAME}`] = content()
    await expect(fetching()).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringMatching(message)
    })
    expect(await leftOver()).toEqual([])
    await source.installOnQuit(true)
    expect(server.asked).toHaveLength(2)
    for (const handler of quit) handler(0)
    expect(await readFile(process.env.APPIMAGE as string, 'utf8')).toBe('the old one')
  })

  test('an endless stream is cut at the announced size', async () => {
    server.answers[STABLE] = signed(channelText('0.2.0', NAME, APP))
    server.answers[`/${NAME}`] = (_request, response) => {
      const more = () => response.write(APP) && setImmediate(more)
      response.on('drain', more)
      more()
    }
    await expect(fetching()).rejects.toMatchObject({ code: 'INVALID' })
    expect(await leftOver()).toEqual([])
  })

  test('a version that has changed since is not downloaded', async () => {
    server.answers[STABLE] = signed(channelText('0.3.0', NAME, APP))
    await expect(fetching()).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(server.asked).toHaveLength(1)
  })

  test('cancelling stops the download, and leaves nothing', async () => {
    server.answers[STABLE] = signed(channelText('0.2.0', NAME, APP))
    server.answers[`/${NAME}`] = (_request, response) => void response.write('half')
    const stop = new AbortController()
    const work = source.fetch('stable', '0.2.0', () => stop.abort(), stop.signal)
    await expect(work).rejects.toMatchObject({ name: 'AbortError' })
    expect(await leftOver()).toEqual([])
  })

  test('nothing is installed without a key that proves who made it', async () => {
    vi.stubEnv('Q8S_UPDATE_KEY', '')
    expect((await sourceOf(server.url)).canInstall).toBe(false)
  })

  test('an installation that cannot replace itself says so', async () => {
    vi.stubEnv('APPIMAGE', undefined)
    expect((await sourceOf(server.url)).canInstall).toBe(false)
  })
})
