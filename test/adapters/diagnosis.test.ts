/** The diagnosis: a missing required part fails with a fix, an optional one is a notice, and checks are independent. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createComputer } from '#adapters/computer.ts'
import { createChecks, type Diagnosed } from '#core/diagnosis/checks.ts'
import { checkDisk } from '#core/diagnosis/computer.ts'
import { withDocumentation } from '#core/diagnosis/documentation.ts'
import { DEFAULT_SETTINGS } from '#core/host/settings.ts'
import type { Engine, EngineCheck } from '#core/ports.ts'
import { createRecentProjects } from '#core/project/recent.ts'
import type { Check, CheckId, Settings } from '#shared/system.ts'
import { locks } from '../core/locks.ts'
import { importApp } from '../platform-bundles.ts'
import { createFakeEngine } from './fake-engine.ts'
import { createLocalHome, type LocalHome } from './local-home.ts'

let home: LocalHome
beforeEach(async () => {
  home = await createLocalHome({ engines: [] })
})
afterEach(() => home.remove())

function engine(kind: Engine['kind'], check: Partial<EngineCheck>): Engine {
  const answer = { available: true, message: 'Fine.', notices: [], lookedAt: 'here', ...check }
  return { ...createFakeEngine(kind), check: async () => answer }
}

const missing = { available: false, message: 'Nothing answers.', hint: 'Start it.' }
const noImage = { ...missing, image: { name: 'q8s-runtime:1', isThere: false, engine: 'Docker 27.' } }
const withImage = { image: { name: 'q8s-runtime:1', isThere: true, engine: 'Docker 27.' } }

async function look(
  change: Partial<Diagnosed> & { choice?: Settings['engine']; connect?: boolean } = {},
  only?: CheckId[]
) {
  const { choice = 'auto', connect, ...rest } = change
  const opened = await home.openAll()
  const checks = await createChecks({
    folders: home.folders,
    settings: async () => ({ ...DEFAULT_SETTINGS, engine: choice, user: 'anna' }),
    engines: async () => [engine('docker', withImage), engine('process', {})],
    platform: async () => opened.platform,
    records: async () => opened,
    keychain: async () => home.keychain,
    computer: async () => createComputer({}),
    ...rest
  })({ only, connect })
  return { checks, of: (id: CheckId) => checks.find(check => check.id === id) as Check }
}

const engines = (docker: Partial<EngineCheck>, python: Partial<EngineCheck>) => ({
  engines: async () => [engine('docker', docker), engine('process', python)]
})

test('every check reports what it checked, and each failing one what to do', async () => {
  const { checks } = await look(engines(missing, missing))
  expect(checks.map(({ id }) => id)).toEqual([
    ...['docker', 'image', 'process', 'platform', 'secrets', 'keychain', 'disk', 'clock', 'port', 'network']
  ])
  for (const { checked, message, state, hint } of checks) {
    expect(checked).not.toBe('')
    expect(message).not.toBe('')
    if (state === 'failed') expect(hint).toBeTruthy()
  }
})

describe('engines', () => {
  const states = async (docker: object, python: object, choice: Settings['engine']) => {
    const { of } = await look({ ...engines(docker, python), choice }, ['docker', 'image', 'process'])
    const part = ({ state, fix }: Check) => (fix ? `${state}: ${fix}` : state)
    return [part(of('docker')), part(of('image')), part(of('process'))]
  }
  test.each([
    ['both work', withImage, {}, 'auto', ['ok', 'ok', 'ok']],
    ['one is enough', missing, {}, 'auto', ['notice', 'skipped', 'ok']],
    ['none works', missing, missing, 'auto', ['failed', 'skipped', 'failed']],
    ['Docker is wanted and missing', missing, {}, 'docker', ['failed: use-process', 'skipped', 'ok']],
    ['the image is wanted and missing', noImage, {}, 'docker', ['ok', 'failed: build-image', 'ok']],
    ['the image could be built', noImage, {}, 'auto', ['ok', 'notice: build-image', 'ok']],
    ['Python is wanted and missing', withImage, missing, 'process', ['ok', 'ok', 'failed: use-docker']]
  ] as const)('%s', async (_what, docker, python, choice, expected) => {
    expect(await states(docker, python, choice)).toEqual(expected)
  })
})

describe('secrets', () => {
  const keyFile = () => join(home.folders.state, 'keys', 'secrets.key')
  const set = async () => (await home.open()).secrets.set({ name: 'mail', values: { key: 'value' } })

  test('that can be read pass, also before any are set', async () => {
    expect((await look({}, ['secrets'])).of('secrets').state).toBe('ok')
    await set()
    expect((await look({}, ['secrets'])).of('secrets').state).toBe('ok')
  })

  test.each([
    ['missing', () => rm(keyFile()), /no longer in its file, .*secrets\.key/],
    ['cut', () => writeFile(keyFile(), 'short'), /secrets\.key, is damaged/]
  ])('whose key file is %s are reported with what to do', async (_what, damage, message) => {
    home.keychain.state = 'absent'
    await set()
    await damage()
    expect((await look({}, ['secrets'])).of('secrets')).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('restore')
    })
  })

  test('whose key is gone from the keychain, or locked there, are reported as such', async () => {
    await set()
    home.keychain.state = 'locked'
    expect((await look({}, ['secrets'])).of('secrets')).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('locked')
    })
    home.keychain.state = 'open'
    home.keychain.entries.clear()
    expect((await look({}, ['secrets'])).of('secrets')).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('no longer in the keychain')
    })
  })
})

test('damaged files that were set aside are listed', async () => {
  await (await home.open()).apps.list({})
  const list = join(home.folders.state, 'projects.json')
  await writeFile(list, '[{"path":')
  expect(await createRecentProjects(home.folders.state, locks).list()).toEqual([])
  const { of } = await look({}, ['platform'])
  expect(of('platform')).toMatchObject({ state: 'notice', hint: expect.stringContaining('delete') })
  expect(of('platform').details).toEqual([expect.stringContaining(`${list}.damaged-`)])
})

test('without a working keychain, the check says what protects the secrets instead', async () => {
  home.keychain.state = 'locked'
  const { of } = await look({}, ['keychain'])
  expect(of('keychain')).toMatchObject({
    state: 'notice',
    message: 'The keychain is locked.',
    hint: 'Unlock it.'
  })
  expect(of('keychain').details.join()).toContain('key in a file')
})

test('a full disk fails, a nearly full one is a notice', async () => {
  const state = async (bytes: number) =>
    (await checkDisk(home.folders, { freeSpace: async () => bytes })).state
  expect([await state(0), await state(1e9), await state(1e12)]).toEqual(['failed', 'notice', 'ok'])
  expect(
    (await checkDisk({ ...home.folders, cache: join(home.root, 'not', 'made', 'yet') }, createComputer({})))
      .message
  ).toMatch(/free/)
})

test('a clock that was set back is a notice', async () => {
  await importApp(await home.open())
  expect((await look({}, ['clock'])).of('clock').state).toBe('ok')
  const { of } = await look({ now: () => new Date(Date.now() - 86_400_000) }, ['clock'])
  expect(of('clock')).toMatchObject({ state: 'notice', hint: expect.stringContaining('Set the clock') })
  expect(of('clock').message).toMatch(/set back/)
})

test('a platform that does not open is not blamed on the clock', async () => {
  await writeFile(join(home.root, 'file'), '')
  const shut = await home.open({ folders: { ...home.folders, state: join(home.root, 'file', 'state') } })
  const { of } = await look({ platform: async () => shut }, ['platform', 'clock', 'port'])
  expect(of('platform').state).toBe('failed')
  expect(of('clock')).toMatchObject({ state: 'skipped', message: expect.stringContaining('Local platform') })
  expect(of('port').state).not.toBe('failed')
})

test('missing certificates and invalid proxies are named, without passwords', async () => {
  const env = {
    PIP_CONFIG_FILE: '/dev/null',
    SSL_CERT_FILE: join(home.root, 'no.pem'),
    HTTPS_PROXY: 'http://ada:hunter2@proxy.example:3128',
    HTTP_PROXY: 'nonsense'
  }
  const { of } = await look({ computer: async () => createComputer(env) }, ['network'])
  expect(of('network').state).toBe('notice')
  expect(of('network').message).toMatch(/SSL_CERT_FILE.*no\.pem.*HTTP_PROXY is not an address/)
  expect(of('network').details).toContain('HTTPS_PROXY: http://proxy.example:3128')
  expect(JSON.stringify(of('network'))).not.toContain('hunter2')
})

describe('the connection to the package index', () => {
  const computer = async () => createComputer({ PIP_CONFIG_FILE: '/dev/null' })
  const testing = (kind: Engine['kind'], found: Partial<EngineCheck>, message: string, ok = false) => ({
    ...engine(kind, found),
    testConnection: async () => ({ ok, message, hint: ok ? undefined : 'Mend it.' })
  })

  test('is tested only on request', async () => {
    const fails = { ...engine('docker', {}), testConnection: () => expect.fail('it was tested') }
    const { of } = await look({ computer, engines: async () => [fails] })
    expect(of('network')).toMatchObject({ state: 'ok', message: expect.stringContaining('Nothing was sent') })
  })

  test.each([
    ['auto', withImage, 'failed', 'docker said no'],
    ['auto', missing, 'ok', 'python said yes'],
    ['process', withImage, 'ok', 'python said yes'],
    ['docker', missing, 'skipped', 'There is nothing to install with: Nothing answers.']
  ] as const)('is tested by the engine a run would take: %s', async (choice, docker, state, message) => {
    const engines = async () => [
      testing('docker', docker, 'docker said no'),
      testing('process', {}, 'python said yes', true)
    ]
    const { of } = await look({ computer, choice, connect: true, engines }, ['network'])
    expect(of('network')).toMatchObject({ state, message })
    if (state === 'failed') expect(of('network')).toMatchObject({ hint: 'Mend it.' })
  })

  test('reports a message when the test itself breaks', async () => {
    const breaks = { ...engine('process', {}), testConnection: () => Promise.reject(new Error('boom')) }
    const { of } = await look({ computer, connect: true, engines: async () => [breaks] }, ['network'])
    expect(of('network')).toMatchObject({ state: 'failed', message: expect.stringContaining('boom') })
  })
})

test('a problem that q8s cannot fix links to its documentation, other problems do not', async () => {
  const { of } = await look(engines(missing, missing))
  for (const id of ['docker', 'process'] as const) {
    expect(new URL(of(id).documentation?.url ?? '').protocol).toBe('https:')
  }
  const works = await look()
  expect(works.checks.filter(({ documentation }) => documentation)).toEqual([])
  const keychain = { ...of('keychain'), state: 'notice' } as const
  expect(withDocumentation(keychain, 'linux').documentation).toBeDefined()
  expect(withDocumentation(keychain, 'darwin').documentation).toBeUndefined()
})

test('a check that breaks does not affect the others', async () => {
  await rm(home.root, { recursive: true })
  const { checks, of } = await look({
    keychain: async () => {
      throw new Error('boom')
    }
  })
  expect(checks).toHaveLength(10)
  expect(of('keychain')).toMatchObject({ state: 'failed', message: expect.stringContaining('boom') })
  expect(of('docker').state).toBe('ok')
})
