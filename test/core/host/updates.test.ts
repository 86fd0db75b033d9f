/** When the update channel is queried: only as the settings say. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSettings } from '#core/host/settings.ts'
import { createUpdates, type UpdatesService } from '#core/host/updates.ts'
import { createJobs } from '#core/jobs/jobs.ts'
import type { UpdateSource } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import type { Release } from '#shared/updates.ts'
import { locks } from '../locks.ts'

const HOUR_MS = 60 * 60 * 1_000
const START = Date.parse('2026-11-26T08:00:00.000Z')

let folder = ''
let time = START
let asked: string[] = []
let offered: Release | AppError = { version: '0.2.0', size: 10 }
let fetching: UpdateSource['fetch'] = async () => undefined
let wanted: boolean | undefined

const source: UpdateSource = {
  address: 'https://updates.example/',
  canInstall: true,
  async newest(channel) {
    asked.push(channel)
    if (offered instanceof AppError) throw offered
    return offered
  },
  fetch: (...given) => fetching(...given),
  async installOnQuit(yes) {
    wanted = yes
  }
}
const jobs = createJobs()
const settings = () => createSettings(folder, locks)
const service = (changes: Partial<UpdateSource> = {}): UpdatesService =>
  createUpdates({
    source: async () => ({ ...source, ...changes }),
    version: '0.1.0',
    settings: settings(),
    jobs,
    stateFolder: folder,
    now: () => new Date(time)
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-updates-'))
  asked = []
  time = START
  offered = { version: '0.2.0', size: 10 }
  fetching = async () => undefined
  wanted = undefined
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function ended(jobId: string) {
  for await (const job of jobs.watch(jobId, undefined)) if (job.state !== 'running') return job
  throw new Error('the job did not end')
}

describe('the channel is queried', () => {
  test('not without a request: neither at start-up nor when a window shows the known state', async () => {
    const updates = service()
    await updates.lookIfDue()
    expect(await updates.state()).toMatchObject({ address: source.address, fetched: false })
    expect(asked).toEqual([])
  })

  test('once for two windows that check at the same time, on the chosen channel', async () => {
    await settings().save({ updateChannel: 'beta' })
    const updates = service()
    await Promise.all([updates.look(), updates.look()])
    expect(asked).toEqual(['beta'])
    expect((await updates.state()).found).toEqual({ version: '0.2.0', size: 10 })
    await settings().save({ updateChannel: 'stable' })
    expect((await updates.state()).found).toBeUndefined()
  })

  test('never, if the settings say so', async () => {
    const updates = service()
    await updates.look()
    await settings().save({ updates: 'never' })
    await updates.lookIfDue()
    await expect(updates.look()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(updates.fetch()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(asked).toHaveLength(1)
  })

  test('automatically once a day, also across restarts, if the user wants that', async () => {
    await settings().save({ updates: 'daily' })
    await service().lookIfDue()
    time = START + 23 * HOUR_MS
    await service().lookIfDue()
    expect(asked).toHaveLength(1)
    time = START + 25 * HOUR_MS
    await service().lookIfDue()
    expect(asked).toHaveLength(2)
    // The clock was wrong before.
    time = START - 1_000 * HOUR_MS
    await service().lookIfDue()
    expect(asked).toHaveLength(3)
  })

  test('a failed automatic check is kept with its reason, and not repeated for a day', async () => {
    await settings().save({ updates: 'daily' })
    offered = new AppError('UNAVAILABLE', 'It does not answer.', 'Check the network.')
    const updates = service()
    await updates.lookIfDue()
    await updates.lookIfDue()
    expect(asked).toHaveLength(1)
    expect((await updates.state()).problem).toEqual({
      message: 'It does not answer.',
      hint: 'Check the network.'
    })
    await expect(updates.look()).rejects.toThrow('It does not answer.')
  })

  test('a build without a channel says so, and sends no request', async () => {
    const updates = createUpdates({
      source: undefined,
      version: '0.1.0',
      settings: settings(),
      jobs,
      stateFolder: folder
    })
    await settings().save({ updates: 'daily' })
    await updates.lookIfDue()
    expect(await updates.state()).toEqual({ canInstall: false, fetched: false, installOnQuit: false })
    await expect(updates.look()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})

describe('a version that was found', () => {
  test.each(['0.1.0', '0.0.9', '0.1.0-beta.1'])('%s is not newer than 0.1.0', async version => {
    offered = { version, size: 10 }
    expect((await service().look()).found).toBeUndefined()
  })

  test('is remembered after a restart; a damaged file counts as none', async () => {
    await service().look()
    expect((await service().state()).found?.version).toBe('0.2.0')
    await writeFile(join(folder, 'updates.json'), '{')
    expect(await service().state()).not.toHaveProperty('found.version')
  })

  test('is downloaded by a job, and installed at quit only if the user wants it', async () => {
    const updates = service()
    await expect(updates.fetch()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await updates.look()
    await expect(updates.installOnQuit(true)).rejects.toMatchObject({ code: 'CONFLICT' })
    fetching = async (_channel, _version, progress) => progress(5, 10)
    const job = await ended((await updates.fetch()).jobId)
    expect(job).toMatchObject({ kind: 'update', state: 'done', subject: { code: 'name', name: '0.2.0' } })
    expect(await updates.state()).toMatchObject({ fetched: true, installOnQuit: false })
    expect(wanted).toBeUndefined()
    expect(await updates.installOnQuit(true)).toMatchObject({ installOnQuit: true })
    expect(wanted).toBe(true)
    expect(await updates.installOnQuit(false)).toMatchObject({ installOnQuit: false })
    expect(wanted).toBe(false)
  })

  test('is discarded if the download is not valid', async () => {
    const updates = service()
    await updates.look()
    fetching = async () => {
      throw new AppError('INVALID', 'Its SHA-512 is another.')
    }
    expect(await ended((await updates.fetch()).jobId)).toMatchObject({
      state: 'failed',
      error: { message: 'Its SHA-512 is another.' }
    })
    expect((await updates.state()).fetched).toBe(false)
  })

  test('is not downloaded by an installation that cannot replace itself', async () => {
    const updates = service({ canInstall: false })
    await updates.look()
    await expect(updates.fetch()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})
