/** Jobs: what a client sees of long work from its start to its end. */
import { describe, expect, test } from 'vitest'
import { createJobs } from '#core/jobs/jobs.ts'
import { AppError } from '#shared/errors.ts'
import type { Job } from '#shared/job.ts'
import { named } from '../../job-parts.ts'

/** Promise.withResolvers, which Node 20 does not have. */
function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

async function collect(events: AsyncIterable<Job>): Promise<Job[]> {
  const seen: Job[] = []
  for await (const job of events) seen.push(job)
  return seen
}

describe('jobs', () => {
  test('a watcher gets the end with its result, also when it starts late', async () => {
    const jobs = createJobs()
    const { id } = jobs.start('bundle', named('Bundle Peak'), async job => {
      job.stage({ code: 'bundling' }, 50)
      job.log('412 files')
      return { file: '/tmp/peak.qz' }
    })
    const early = await collect(jobs.watch(id, undefined))
    const late = await collect(jobs.watch(id, undefined))
    for (const last of [early.at(-1), late.at(-1)]) {
      expect(last).toMatchObject({ state: 'done', result: { file: '/tmp/peak.qz' }, log: ['412 files'] })
    }
  })

  test('a slow watcher gets the latest state, not a queue of old ones', async () => {
    const jobs = createJobs()
    const go = deferred()
    const end = deferred()
    const { id } = jobs.start('bundle', named('Bundle'), async job => {
      await go.promise
      for (let percent = 0; percent <= 100; percent++) job.stage({ code: 'bundling' }, percent)
      go.resolve()
      await end.promise
      return {}
    })
    const events = jobs.watch(id, undefined)
    expect((await events.next()).value?.stage).toEqual({ code: 'preparing' })
    go.resolve()
    await Promise.resolve()
    expect((await events.next()).value?.percent).toBe(100)
    end.resolve()
    expect((await events.next()).value?.state).toBe('done')
    expect((await events.next()).done).toBe(true)
  })

  test('cancelling aborts the work, and the job is cancelled once it has cleaned up', async () => {
    const jobs = createJobs()
    const cleaned = deferred()
    const { id } = jobs.start('import', named('Import'), async ({ signal }) => {
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason))
      ).finally(() => cleaned.resolve())
      return {}
    })
    jobs.cancel(id)
    await cleaned.promise
    expect((await collect(jobs.watch(id, undefined))).at(-1)).toMatchObject({ state: 'cancelled' })
  })

  test('an expected failure keeps its code, hint and data', async () => {
    const jobs = createJobs()
    const { id } = jobs.start('import', named('Import'), async () => {
      throw new AppError('CONFLICT', 'It exists.', 'Bump the version.', { data: { name: 'peak' } })
    })
    expect((await collect(jobs.watch(id, undefined))).at(-1)?.error).toEqual({
      code: 'CONFLICT',
      message: 'It exists.',
      hint: 'Bump the version.',
      data: { name: 'peak' }
    })
  })

  test('a bug is INTERNAL and is reported to the host', async () => {
    const bugs: unknown[] = []
    const jobs = createJobs(undefined, error => bugs.push(error))
    const { id } = jobs.start('import', named('Import'), async () => {
      throw new TypeError('undefined is not a function')
    })
    expect((await collect(jobs.watch(id, undefined))).at(-1)?.error?.code).toBe('INTERNAL')
    expect(bugs).toHaveLength(1)
  })

  test.each([-1, 24])(
    'the duration of a job is correct even if the clock is set by %i hours during it',
    async hours => {
      const begun = Date.UTC(2026, 0, 1)
      let clock = begun
      const jobs = createJobs(() => new Date(clock))
      const { id } = jobs.start('bundle', named('Bundle'), async job => {
        clock += hours * 3_600_000
        job.stage({ code: 'bundling' })
        return {}
      })
      const last = (await collect(jobs.watch(id, undefined))).at(-1)
      for (const time of [last?.stages[0]?.startedAt, last?.endedAt]) {
        const took = Date.parse(time ?? '') - begun
        expect(took).toBeGreaterThanOrEqual(0)
        expect(took).toBeLessThan(600_000)
      }
    }
  )

  test('watching all jobs ends with the signal and leaves no listener', async () => {
    const jobs = createJobs()
    const controller = new AbortController()
    const watching = collect(jobs.watch(undefined, controller.signal))
    const { id } = jobs.start('bundle', named('Bundle'), async () => ({}))
    await collect(jobs.watch(id, undefined))
    controller.abort()
    expect((await watching).map(job => job.id)).toContain(id)
  })

  test('only the last 100 ended jobs are kept', async () => {
    const jobs = createJobs()
    for (let n = 0; n < 130; n++) {
      const { id } = jobs.start('bundle', named(`${n}`), async () => ({}))
      await collect(jobs.watch(id, undefined))
    }
    expect(jobs.list()).toHaveLength(100)
    expect(jobs.list()[0]?.subject).toEqual(named('129'))
  })

  test('an unknown job is NOT_FOUND', () => {
    expect(() => createJobs().get('nope')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })
})
