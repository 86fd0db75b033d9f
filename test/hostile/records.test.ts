/**
 * A home whose files are damaged while it is closed, or after its host was killed: the damage is reported or harmless,
 * and never gives an empty home.
 */
import { cp, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createComputer } from '#adapters/computer.ts'
import { inspectBundle } from '#core/bundle/read/index.ts'
import { createChecks } from '#core/diagnosis/checks.ts'
import { type HomeFolders, homeFolders } from '#core/host/folders.ts'
import { createSettings } from '#core/host/settings.ts'
import { AppError } from '#shared/errors.ts'
import { createFakeEngine } from '../adapters/fake-engine.ts'
import { createFakeKeychain, openHome } from '../adapters/local-home.ts'
import { locks } from '../core/locks.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'

/** Picks the damage; a failure reports its seed. */
const SEED = Number(process.env.Q8S_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const CASES = 200

/** Homes to damage: a closed one, and one left by a kill, with records in the write-ahead log. */
type Kind = 'closed' | 'killed'
let root = ''
const templates = { closed: '', killed: '' }
const whole = { closed: '', killed: '' }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-damage-'))
  for (const kind of ['closed', 'killed'] as const) templates[kind] = join(root, kind)
  const work = join(root, 'work')
  const folders = homeFolders({ Q8S_HOME: work })
  await createSettings(folders.config, locks).save({ user: 'anna', engine: 'process' })
  const opened = await openWithoutKeychain(folders)
  await fill(opened, 'first')
  await opened.close()
  await cp(work, templates.closed, { recursive: true })
  const again = await openWithoutKeychain(folders)
  await fill(again, 'second')
  // No process writes now, so this is the state that a kill would leave.
  await cp(work, templates.killed, { recursive: true })
  await again.close()
  for (const kind of ['closed', 'killed'] as const) whole[kind] = await contentOf(await copyOf(kind))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const engine = createFakeEngine()

async function openWithoutKeychain(folders: HomeFolders) {
  const keychain = createFakeKeychain()
  keychain.state = 'absent'
  const { user } = await createSettings(folders.config, locks).read()
  return openHome({
    ...{ folders, user, engines: [engine], engineChoice: () => 'auto' as const, keychain },
    inspect: file => inspectBundle(file)
  })
}

type Home = Awaited<ReturnType<typeof openWithoutKeychain>>

async function fill({ platform, jobRecords, runOptions }: Home, name: string): Promise<void> {
  const app = await importApp(platform, { name: `ai.q8s.${name}` })
  const { id } = await platform.instances.run({ appId: app.id })
  await until(platform, id, 'ready')
  await platform.instances.stop({ id })
  for (let number = 0; number < 20; number++) {
    await platform.secrets.set({ name: `${name}-${number}`, values: { key: `value ${name} ${number}` } })
  }
  await runOptions.save(`/home/anna/${name}`, { env: [{ name: 'A', value: 'plain' }] })
  await jobRecords.write({
    ...{ id: crypto.randomUUID(), kind: 'import', state: 'done' },
    ...{ subject: { code: 'name', name }, stage: { code: 'importing' } },
    ...{ stages: [], log: [], startedAt: '2026-01-02T03:04:05.678Z', endedAt: '2026-01-02T03:04:06.678Z' }
  })
}

/** Everything that the home knows, as text. */
async function contentOf(folders: HomeFolders): Promise<string> {
  const home = await openWithoutKeychain(folders)
  try {
    const { platform } = home
    const instances = await platform.instances.list({})
    return JSON.stringify([
      await createSettings(folders.config, locks).read(),
      await platform.apps.list({ all: true, ephemeral: true }),
      instances,
      await Promise.all(instances.map(({ id }) => platform.instances.events({ id }))),
      await platform.secrets.list({}),
      await home.secretValues(),
      (await home.secretValues()).problem === undefined && (await home.runOptions.read('/home/anna/first')),
      await home.jobRecords.list()
    ])
  } finally {
    await home.close()
  }
}

/** What the diagnosis reports about the records. */
async function diagnosis(folders: HomeFolders): Promise<string[]> {
  const home = await openWithoutKeychain(folders)
  const checks = createChecks({
    folders,
    settings: createSettings(folders.config, locks).read,
    engines: async () => [],
    platform: async () => home.platform,
    records: async () => home,
    keychain: async () => createFakeKeychain(),
    computer: async () => createComputer({})
  })
  try {
    const found = await checks({ only: ['platform', 'secrets'] })
    return found.filter(({ state }) => state !== 'ok').map(({ id, message }) => `${id}: ${message}`)
  } finally {
    await home.close()
  }
}

let copies = 0

async function copyOf(kind: Kind): Promise<HomeFolders> {
  const home = join(root, `copy-${copies++}`)
  await cp(templates[kind], home, { recursive: true })
  return homeFolders({ Q8S_HOME: home })
}

/** The home as another process finds it: this process still has files of a damaged one open. */
async function movedOn({ state }: HomeFolders): Promise<HomeFolders> {
  for (;;) {
    const home = join(root, `copy-${copies++}`)
    try {
      await cp(join(state, '..'), home, { recursive: true })
      return homeFolders({ Q8S_HOME: home })
    } catch (error) {
      // SQLite removes its log when such a file is closed, which may happen during the copy.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

/** `same` if nothing changed; otherwise the text that reports the damage. Throws for unreported damage. */
async function outcomeOf(folders: HomeFolders, kind: Kind): Promise<string> {
  let content: string
  try {
    content = await contentOf(folders)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.hint, error.message).toBeTruthy()
    return `${error.code}: ${error.message}`
  }
  const reported = await diagnosis(folders)
  if (reported.length > 0) return reported.join(' ')
  if (content !== whole[kind]) throw new Error(`nothing reports it: ${content}`)
  return 'same'
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

async function flipBit(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, Math.floor(at / 8))
  byte[0] = (byte[0] ?? 0) ^ (1 << (at % 8))
  await file.write(byte, 0, 1, Math.floor(at / 8))
  await file.close()
}

const FILES = ['platform.db', 'platform.db-wal', 'platform.db-mark', 'platform.db-sums', 'keys/secrets.key']

describe('damage', () => {
  test('of each home: an intact one reports none', async () => {
    for (const kind of ['closed', 'killed'] as const) {
      expect(await outcomeOf(await copyOf(kind), kind)).toBe('same')
    }
  })

  test(`of ${CASES} random bits and cuts in every file: each is reported, or changes nothing`, async () => {
    const random = randomOf(SEED)
    const outcomes = { same: 0, reported: 0 }
    for (let number = 0; number < CASES; number++) {
      const kind = random() < 0.5 ? 'closed' : 'killed'
      const name = FILES[Math.floor(random() * FILES.length)] ?? ''
      const folders = await copyOf(kind)
      const path = join(folders.state, name)
      const size = (await stat(path)).size
      const cut = random() < 0.3
      const at = Math.floor(random() * size * (cut ? 1 : 8))
      if (cut) await truncate(path, at)
      else if (size > 0) await flipBit(path, at)
      const said = await outcomeOf(folders, kind).catch(error => {
        const what = `${cut ? 'cut' : 'bit'} ${at} of ${kind} ${name} (${size}), Q8S_TEST_SEED=${SEED}`
        throw new Error(`${what}: ${error instanceof Error ? error.stack : error}`)
      })
      outcomes[said === 'same' ? 'same' : 'reported']++
      await rm(join(folders.state, '..'), { recursive: true })
    }
    console.info(outcomes)
    expect(outcomes.reported).toBeGreaterThan(CASES / 2)
  })

  test.each([
    ['the log is removed', 'killed', 'platform.db-wal'],
    ['the database is removed', 'closed', 'platform.db']
  ] as const)('%s: the home is refused, also a second time, and not changed', async (_what, kind, name) => {
    const folders = await copyOf(kind)
    await rm(join(folders.state, name))
    for (let time = 0; time < 2; time++) {
      expect(await outcomeOf(folders, kind)).toMatch(/^UNAVAILABLE: .*[Mm]issing/)
    }
    const later = await movedOn(folders)
    await cp(join(templates[kind], 'state', name), join(later.state, name))
    expect(await outcomeOf(later, kind)).toBe('same')
  })

  test('the log is cut: its remaining records are kept', async () => {
    const folders = await copyOf('killed')
    const log = join(folders.state, 'platform.db-wal')
    const before = await readFile(log)
    await truncate(log, before.length - 4000)
    expect(await outcomeOf(folders, 'killed')).toMatch(/^UNAVAILABLE/)
    expect((await readFile(log)).equals(before.subarray(0, -4000))).toBe(true)
    const later = await movedOn(folders)
    await writeFile(join(later.state, 'platform.db-wal'), before)
    expect(await outcomeOf(later, 'killed')).toBe('same')
  })

  test('of a bundle is reported by the diagnosis', async () => {
    const folders = await copyOf('closed')
    const bundles = join(folders.state, 'bundles')
    const [name = ''] = await readdir(bundles)
    await flipBit(join(bundles, name), 4321)
    expect((await diagnosis(folders)).join()).toContain('Records or bundles are damaged')
    await rm(join(bundles, name))
    expect((await diagnosis(folders)).join()).toContain('Records or bundles are damaged')
  })

  test('an older copy of the database is refused, and works once its mark is deleted', async () => {
    const before = await copyOf('killed')
    // Its host closes the home in order.
    expect(await outcomeOf(before, 'killed')).toBe('same')
    const folders = await movedOn(before)
    await cp(join(templates.closed, 'state', 'platform.db'), join(folders.state, 'platform.db'))
    expect(await outcomeOf(folders, 'killed')).toMatch(/^UNAVAILABLE: .*older copy/)
    const accepted = await movedOn(folders)
    await rm(join(accepted.state, 'platform.db-mark'))
    for (let time = 0; time < 2; time++) expect(await outcomeOf(accepted, 'closed')).toBe('same')
  })

  test.each(['', '{"user": "an', '[]'])('of the settings (%j) is reported', async text => {
    const folders = await copyOf('closed')
    await writeFile(join(folders.config, 'settings.json'), text)
    expect(await outcomeOf(folders, 'closed').catch(error => `${error}`)).toMatch(/INVALID|settings\.json/)
  })
})
