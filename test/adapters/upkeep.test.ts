/** Actions on many instances, clean-up, and the details of one instance: on a real store. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cleanUp, planCleanUp, planLeftovers } from '#core/clean-up/clean-up.ts'
import { joinLeftovers } from '#core/clean-up/leftovers.ts'
import { createJobs } from '#core/jobs/jobs.ts'
import { actOnInstances, removeApps } from '#core/jobs/many.ts'
import type { Job } from '#shared/job.ts'
import type { Platform } from '#shared/platform.ts'
import type { Stage } from '#shared/stage.ts'
import { freedBytes, type InstanceAct, proposedChoice } from '#shared/upkeep.ts'
import { named } from '../job-parts.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { createFakeEngine } from './fake-engine.ts'
import { createLocalHome, type LocalHome } from './local-home.ts'

const NO_LEFTOVERS = joinLeftovers(new Map())
const GONE = '00000000-0000-4000-8000-000000000000'
let home: LocalHome
let platform: Platform
const jobs = createJobs()

beforeEach(async () => {
  home = await createLocalHome({ engines: [createFakeEngine()] })
  platform = await home.open()
})
afterEach(async () => {
  for (const { id } of await platform.instances.list({})) {
    await platform.instances.stop({ id })
    await platform.instances.remove({ id })
  }
  await home.remove()
})

async function runReady(version: string, env?: Record<string, string>) {
  const app = await importApp(platform, { version })
  const { id } = await platform.instances.run({ appId: app.id, ...(env ? { env } : {}) })
  return until(platform, id, 'ready')
}

function start(act: InstanceAct, ids: readonly string[], undoSeconds = 0) {
  return jobs.start(act, named(act), job => actOnInstances(platform, { act, ids, undoSeconds }, job)).id
}

/** Waits for the job's end, or until it reaches this stage. */
async function follow(id: string, stage?: Stage['code']): Promise<Job> {
  for await (const job of jobs.watch(id, undefined)) if (job.stage.code === stage) return job
  return jobs.get(id)
}

describe('one action on many instances', () => {
  test('goes on after a failure, and reports each result', async () => {
    const [a, b] = [await runReady('0.1.0'), await runReady('0.2.0')]
    const job = await follow(start('stop', [a.id, GONE, b.id]))
    expect(job).toMatchObject({
      state: 'failed',
      error: { code: 'UNAVAILABLE', data: { failed: [GONE] } },
      result: { items: [{ state: 'done' }, { state: 'failed' }, { id: b.id, state: 'done' }] }
    })
    expect(job.error?.message).toMatch(/^1 of 3 were not stopped; the others were\./)
    const after = await platform.instances.list({})
    expect(after.map(({ state }) => state)).toEqual(['stopped', 'stopped'])
  })

  test('a removal undone in time changes nothing: running instances run again', async () => {
    const running = await runReady('0.1.0')
    const stopped = await runReady('0.2.0')
    await platform.instances.stop({ id: stopped.id })
    const id = start('remove', [running.id, stopped.id], 60)
    await follow(id, 'undo-wait')
    expect(await platform.instances.get({ id: running.id })).toMatchObject({ state: 'stopped' })
    jobs.cancel(id)
    expect(await follow(id)).toMatchObject({ state: 'cancelled' })
    expect(await until(platform, running.id, 'ready')).toMatchObject({ restarts: 1 })
    expect(await platform.instances.get({ id: stopped.id })).toMatchObject({ state: 'stopped' })
  })

  test('a removal that is not undone removes running instances too', async () => {
    const { id } = await runReady('0.1.0')
    const undoable: boolean[] = []
    for await (const job of jobs.watch(start('remove', [id], 1), undefined)) {
      if (job.undoableUntil !== undefined) expect(job.stage.code).toBe('undo-wait')
      const isUndoable = job.undoableUntil !== undefined
      if (undoable.at(-1) !== isUndoable) undoable.push(isUndoable)
      if (job.state !== 'running') expect(job.state).toBe('done')
    }
    expect(undoable).toEqual([false, true, false])
    expect(await platform.instances.list({})).toEqual([])
  })
})

describe('removing apps', () => {
  const remove = (ids: readonly string[], undoSeconds: number) =>
    jobs.start('remove', named('apps'), job => removeApps(platform, { ids: [...ids], undoSeconds }, job)).id

  test('undone in time, the apps and their instances are as before', async () => {
    const [first, second] = [
      await importApp(platform, { version: '0.1.0' }),
      await importApp(platform, { version: '0.2.0' })
    ]
    const { id: ended } = await platform.instances.run({ appId: first.id })
    await platform.instances.stop({ id: ended })
    const id = remove([first.id, second.id], 60)
    const waiting = await follow(id, 'undo-wait')
    expect(waiting.undoableUntil).toBeGreaterThan(Date.now())
    expect(waiting.result?.items).toMatchObject([{ id: first.id, state: 'waiting' }, { id: second.id }])
    jobs.cancel(id)
    const undone = await follow(id)
    expect([undone.state, undone.undoableUntil]).toEqual(['cancelled', undefined])
    expect((await platform.apps.list({})).map(app => app.id)).toEqual([second.id, first.id])
    expect(await platform.instances.get({ id: ended })).toMatchObject({ state: 'stopped' })
  })

  test('not undone, apps go with their ended instances; one that still runs stays, and is reported', async () => {
    const idle = await importApp(platform, { version: '0.1.0' })
    await platform.instances.stop(await platform.instances.run({ appId: idle.id }))
    const running = await runReady('0.2.0')
    const job = await follow(remove([running.app.id, idle.id], 1))
    expect(job).toMatchObject({
      state: 'failed',
      error: { data: { failed: [running.app.id] } },
      result: { items: [{ state: 'failed' }, { id: idle.id, state: 'done' }] }
    })
    expect((await platform.apps.list({})).map(app => app.id)).toEqual([running.app.id])
    expect((await platform.instances.list({})).map(({ id }) => id)).toEqual([running.id])
  })
})

describe('clean up', () => {
  const DEPLOYS = ['0.1.0-20260101000000', '0.1.0-20260102000000', '0.1.0-20260103000000'] as const

  test('lists deploys without running instances, and ended instances, but nothing running or published', async () => {
    await importApp(platform, { version: '0.1.0' })
    const old = await importApp(platform, { version: DEPLOYS[0] })
    await runReady(DEPLOYS[1])
    const newest = await importApp(platform, { version: DEPLOYS[2] })
    const failed = await platform.instances.run({ appId: old.id })
    await platform.instances.stop({ id: failed.id })
    const plan = { ...(await planCleanUp(platform)), ...(await planLeftovers(NO_LEFTOVERS)) }
    expect(plan.apps.map(({ id, newest: best }) => [id, best])).toEqual([
      [old.id, false],
      [newest.id, true]
    ])
    expect(plan.instances).toMatchObject([{ id: failed.id, appId: old.id, state: 'stopped', volume: 0 }])
    expect(proposedChoice(plan)).toEqual({ apps: [old.id], instances: [failed.id], leftovers: [] })
  })

  test('data on a volume is counted, and never suggested', async () => {
    const app = await importApp(platform, { version: DEPLOYS[0] })
    const { id } = await platform.instances.run({ appId: app.id })
    await platform.instances.stop({ id })
    const volume = join(home.folders.state, 'volumes', id, 'deep')
    await mkdir(volume, { recursive: true })
    await writeFile(join(volume, 'data'), Buffer.alloc(5_000))
    const plan = { ...(await planCleanUp(platform)), ...(await planLeftovers(NO_LEFTOVERS)) }
    expect(plan.instances).toMatchObject([{ volume: 5_000 }])
    expect(proposedChoice(plan)).toEqual({ apps: [], instances: [], leftovers: [] })
  })

  test('removes the selected items, reports the space it freed, and goes on after a failure', async () => {
    const first = await importApp(platform, { version: DEPLOYS[0] })
    const second = await importApp(platform, { version: DEPLOYS[1] })
    const plan = { ...(await planCleanUp(platform)), ...(await planLeftovers(NO_LEFTOVERS)) }
    const { info, instances, apps } = platform
    const remove: typeof apps.remove = async input => {
      if (input.id === first.id) throw new Error('no')
      return apps.remove(input)
    }
    const stubborn = { info, instances, apps: { list: apps.list, remove } } as unknown as Platform
    const choice = { apps: [first.id, second.id], instances: [], leftovers: [] }
    const { id } = jobs.start('clean-up', { code: 'none' }, job =>
      cleanUp(stubborn, NO_LEFTOVERS, { ...choice, undoSeconds: 0 }, job)
    )
    expect(await follow(id)).toMatchObject({
      state: 'failed',
      result: {
        freed: freedBytes(plan, { apps: [second.id], instances: [], leftovers: [] }),
        items: [{ state: 'failed' }, { state: 'done' }]
      }
    })
    expect((await platform.apps.list({})).map(app => app.id)).toEqual([first.id])
  })

  test('undone in time, nothing is removed', async () => {
    const { id: app } = await importApp(platform, { version: DEPLOYS[0] })
    const choice = { apps: [app], instances: [], leftovers: [], undoSeconds: 60 }
    const { id } = jobs.start('clean-up', { code: 'none' }, job =>
      cleanUp(platform, NO_LEFTOVERS, choice, job)
    )
    await follow(id, 'undo-wait')
    jobs.cancel(id)
    expect(await follow(id)).toMatchObject({ state: 'cancelled' })
    expect((await platform.apps.list({})).map(({ id: left }) => left)).toEqual([app])
  })

  test('a bundle that two apps share frees no space until both are removed', () => {
    const app = { name: 'n', title: 't', createdAt: '', sha256: 'a', size: 10, newest: false }
    const plan = {
      apps: [
        { ...app, id: '1', version: '1' },
        { ...app, id: '2', version: '2' }
      ],
      instances: [],
      leftovers: [],
      unknown: [],
      users: { a: 2 }
    }
    expect(freedBytes(plan, { apps: ['1'], instances: [], leftovers: [] })).toBe(0)
    expect(freedBytes(plan, { apps: ['1', '2'], instances: [], leftovers: [] })).toBe(10)
  })
})

test('variables are listed with name and source, never with their value', async () => {
  const entry = (name: string, more: string) => `[[Env]]\nName = "${name}"\n${more}\n`
  await platform.secrets.set({ name: 'db', values: { url: 'hidden' } })
  const app = await importApp(platform, {
    version: '0.1.0',
    env: entry('URL', 'Secret = "db"\nSecretKey = "url"') + entry('LEVEL', 'Value = "hidden"')
  })
  const { id } = await platform.instances.run({ appId: app.id, env: { LEVEL: 'hidden', MORE: 'hidden' } })
  const env = await platform.instances.env({ id })
  expect(env).toEqual([
    { name: 'URL', source: 'secret', secret: 'db', key: 'url' },
    { name: 'LEVEL', source: 'given' },
    { name: 'MORE', source: 'given' }
  ])
})
