/** Which events cause a notification: each one once, from its job or from its instance. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createJobs, type JobContext } from '#core/jobs/jobs.ts'
import { followNews, type News } from '#hosts/electron/news.ts'
import { AppError } from '#shared/errors.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import { named } from '../job-parts.ts'

const ID = '00000000-0000-4000-8000-000000000001'
type Changes = { changed: Instance[]; removed: string[] }

let told: News[] = []
let ending = new AbortController()
beforeEach(() => {
  told = []
  ending = new AbortController()
})
afterEach(() => ending.abort())

const instance = (state: Instance['state'], title = 'Hello') =>
  ({ id: ID, state, ephemeral: false, app: { title, version: '1.0.0' } }) as Instance

const done = async () => ({})

const notBroken = (error: unknown) => expect.fail(String(error))

/** Lets watchers see that the job runs before it ends. */
const seen = () => new Promise<void>(resolve => setImmediate(resolve))

/** Runs the jobs in turn and returns the notifications about them. */
async function toldOf(...all: [Job['kind'], (job: JobContext) => Promise<object>][]): Promise<string[]> {
  const jobs = createJobs()
  const client = {
    jobs: {
      watch: async (_all: object, { signal }: { signal: AbortSignal }) => jobs.watch(undefined, signal)
    },
    platform: { instances: { watch: async () => changesOf() } }
  }
  followNews(client as never, news => told.push(news), ending.signal, notBroken)
  const run = async (kind: Job['kind'], title: string, work: (job: JobContext) => Promise<object>) => {
    const { id } = jobs.start(kind, named(title), async job => {
      await seen()
      return work(job)
    })
    for await (const { state } of jobs.watch(id, ending.signal)) if (state !== 'running') break
  }
  for (const [kind, work] of all) await run(kind, 'it', work)
  await run('bundle', 'last', done)
  await expect.poll(() => told.at(-1)?.title).toBe('Bundle last')
  return told.slice(0, -1).map(({ title, body }) => `${title}: ${body}`)
}

async function* changesOf(...all: Changes[]) {
  yield* all
}

test('a job that ended is reported, with the reason if it failed', async () => {
  const fail = async () => {
    throw new AppError('UNAVAILABLE', 'The disk is full.')
  }
  expect(await toldOf(['bundle', done], ['import', fail])).toEqual([
    'Bundle it: Done.',
    'Import it failed: The disk is full.'
  ])
})

test('an event reported by an instance is not reported by its job too', async () => {
  const run = async ({ found }: JobContext) => {
    found({ instanceId: ID })
    return {}
  }
  const runAndFail = async (job: JobContext) => {
    await run(job)
    throw new AppError('UNAVAILABLE', 'It ended.')
  }
  expect(await toldOf(['run', run], ['run', runAndFail], ['restart', run])).toEqual([])
})

test('the first states of instances are not reported; later changes are, once', async () => {
  const client = {
    jobs: { watch: async () => changesOf() },
    platform: {
      instances: {
        watch: async () =>
          changesOf(
            { changed: [instance('failed')], removed: [] },
            { changed: [instance('starting')], removed: [] },
            { changed: [instance('ready')], removed: [] },
            // Its times have moved with the computer's clock.
            { changed: [{ ...instance('ready'), startedAt: '2020-01-01T00:00:00.000Z' }], removed: [] },
            { changed: [instance('failed')], removed: [] },
            { changed: [instance('stopped')], removed: [ID] },
            { changed: [instance('ready', 'Last')], removed: [] }
          )
      }
    }
  }
  followNews(client as never, news => told.push(news), ending.signal, notBroken)
  await expect.poll(() => told.at(-1)?.title).toBe('Last is ready')
  expect(told.map(({ title }) => title)).toEqual(['Hello is ready', 'Hello failed', 'Last is ready'])
  expect(told[0]?.about).toEqual({ kind: 'instance', id: ID, ephemeral: false })
})

test('a watch that breaks off is opened again, and what happened since is reported', async () => {
  let opened = 0
  async function* broken() {
    yield { changed: [instance('starting')], removed: [] }
    throw new AppError('UNAVAILABLE', 'The disk is full.')
  }
  const client = {
    jobs: { watch: async () => changesOf() },
    platform: {
      instances: {
        watch: async () =>
          opened++ === 0 ? broken() : changesOf({ changed: [instance('ready')], removed: [] })
      }
    }
  }
  const broke: unknown[] = []
  followNews(
    client as never,
    news => told.push(news),
    ending.signal,
    error => broke.push(error),
    1
  )
  await expect.poll(() => told.map(({ title }) => title)).toEqual(['Hello is ready'])
  expect(broke).toMatchObject([{ message: 'The disk is full.' }])
})
