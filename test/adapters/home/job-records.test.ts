/** Job records across restarts: bounded, safe under several hosts, interrupted if their host died, without secrets. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databaseFile, type Home } from '#adapters/home/home.ts'
import { createJobRecords } from '#adapters/home/job-records.ts'
import { openStore } from '#adapters/store/database.ts'
import { localSchema } from '#adapters/store/schema.ts'
import { createJobHistory } from '#core/jobs/history.ts'
import { createJobs, type JobContext } from '#core/jobs/jobs.ts'
import type { SecretValues } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { type Job, KEPT_PAST_JOBS } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { stageText } from '#shared/stage.ts'
import { buildChild, startChild } from '../../child.ts'
import { named } from '../../job-parts.ts'
import { createLocalHome } from '../local-home.ts'

let home: Awaited<ReturnType<typeof createLocalHome>>
beforeEach(async () => {
  home = await createLocalHome({ engines: [] })
})
afterEach(() => home.remove())

/** The jobs of a host that opened the home. */
async function openJobs(secrets: SecretValues = { values: [] }) {
  const { jobRecords } = await home.openAll()
  const troubles: unknown[] = []
  const history = createJobHistory({
    records: async () => jobRecords,
    secretValues: async () => secrets,
    onTrouble: error => troubles.push(error)
  })
  return { jobs: createJobs(undefined, undefined, history), history, jobRecords, troubles }
}

type Opened = Awaited<ReturnType<typeof openJobs>>

async function done(
  { jobs, history }: Opened,
  name: string,
  work: (job: JobContext) => Promise<Job['result']>
) {
  const { id } = jobs.start('import', named(name), async job => (await work(job)) ?? {})
  for await (const _ of jobs.watch(id, undefined));
  await history.settled()
  return id
}

test('the next host reads how jobs ended, newest first', async () => {
  const first = await openJobs()
  const instanceId = crypto.randomUUID()
  await done(first, 'Peak', async job => {
    job.stage({ code: 'uploading' })
    job.log('a line of output')
    return { sha256: 'ab', findings: [{ rule: 'r', severity: 'warning', message: 'No icon.' }] }
  })
  await done(first, 'Hello', async job => {
    job.stage({ code: 'starting-instance', phase: 'starting' })
    throw new AppError('UNAVAILABLE', 'It did not start.', 'Look at its log.', {
      data: { instanceId, lastLines: ['what the app said'] }
    })
  })
  await home.close()
  const past = await (await openJobs()).jobs.history()
  expect(past).toEqual([
    expect.objectContaining({
      ...{ subject: named('Hello'), kind: 'import', state: 'failed', log: [] },
      stage: { code: 'starting-instance', phase: 'starting' },
      error: {
        ...{
          code: 'UNAVAILABLE',
          message: 'It did not start.',
          hint: 'Look at its log.',
          data: { instanceId }
        }
      }
    }),
    expect.objectContaining({ subject: named('Peak'), state: 'done', log: [], result: { sha256: 'ab' } })
  ])
  expect(past[0]?.endedAt).toMatch(/Z$/)
})

test('the newest are kept', async () => {
  const { jobRecords, jobs, history } = await openJobs()
  const { id } = jobs.start('bundle', named('Peak'), async () => ({}))
  for await (const _ of jobs.watch(id, undefined));
  await history.settled()
  const [job] = await jobRecords.list()
  for (let number = 0; number < KEPT_PAST_JOBS + 5; number++)
    await jobRecords.write({ ...(job as Job), id: crypto.randomUUID(), subject: named(`${number}`) })
  const kept = await jobRecords.list()
  expect(kept).toHaveLength(KEPT_PAST_JOBS)
  expect([kept[0]?.subject, kept.at(-1)?.subject]).toEqual([named(`${KEPT_PAST_JOBS + 4}`), named('5')])
})

test('no secret value reaches the disk, and no other output where not all values are known', async () => {
  const secret = 'hunter2-hunter2'
  const fail = async () => {
    throw new AppError('INVALID', `The app said ${secret}.`, `Not ${encodeURIComponent(secret)}.`)
  }
  const opened = await openJobs({ values: [secret] })
  await done(opened, `Peak ${secret}`, fail)
  await done(await openJobs({ values: [], problem: { message: 'The keychain is locked.' } }), 'Import', fail)
  await home.close()
  const store = await openStore(databaseFile(home.folders.state), localSchema)
  const rows = store.all<{ job: string }>('SELECT job FROM jobs')
  store.close()
  expect(rows).toHaveLength(2)
  expect(JSON.stringify(rows)).not.toContain(secret)
  expect(JSON.stringify(rows)).toContain('Why is not kept')
})

test('a record that cannot be read is skipped', async () => {
  const opened = await openJobs()
  await done(opened, 'Import', async () => ({}))
  const store = await openStore(databaseFile(home.folders.state), localSchema)
  store.run('INSERT INTO jobs (id, job) VALUES (?, ?)', 'later', '{"state":"of another time"}')
  store.close()
  expect(await opened.jobs.history()).toHaveLength(1)
})

test('a record from before stages and titles had codes is shown with its own text', async () => {
  const opened = await openJobs()
  // As the previous version wrote it, in German.
  const record = {
    id: '6f0c3b0e-2b0e-4f6c-9a53-0f8f0b3b6a11',
    kind: 'deploy',
    title: 'Peak bereitstellen',
    state: 'failed',
    stage: 'Voraussetzungen installieren',
    stages: [{ stage: 'Voraussetzungen installieren', startedAt: '2026-01-02T03:04:05.678Z' }],
    startedAt: '2026-01-02T03:04:05.678Z',
    log: [],
    endedAt: '2026-01-02T03:05:00.000Z',
    error: { code: 'UNAVAILABLE', message: 'Es ist nicht gestartet.' },
    result: { appId: '9d0d2d9f-6df4-4f2c-8b5e-5b1cf0bbd0a5' }
  }
  const running = { ...record, id: crypto.randomUUID(), state: 'running', endedAt: undefined }
  const store = await openStore(databaseFile(home.folders.state), localSchema)
  for (const each of [record, running])
    store.run('INSERT INTO jobs (id, job) VALUES (?, ?)', each.id, JSON.stringify(each))
  store.close()
  await done(opened, 'Peak', async () => ({}))
  const [now, interrupted, old] = await opened.jobs.history()
  expect(now?.subject).toEqual(named('Peak'))
  expect(interrupted?.state).toBe('interrupted')
  for (const job of [interrupted, old] as Job[]) {
    expect(jobTitle(job)).toBe('Peak bereitstellen')
    expect(stageText(job.stage)).toBe('Voraussetzungen installieren')
    expect(job.stages.map(({ stage }) => stage)).toEqual([
      { code: 'text', text: 'Voraussetzungen installieren' }
    ])
  }
  expect(old).toMatchObject({ state: 'failed', endedAt: record.endedAt, error: record.error })
})

test('where nothing can be written, jobs go on and one error is reported', async () => {
  const opened = await openJobs()
  await home.close()
  await done(opened, 'Import', async () => ({ sha256: 'ab' }))
  await done(opened, 'Import', async () => ({}))
  expect(opened.jobs.list().map(({ state }) => state)).toEqual(['done', 'done'])
  expect(opened.troubles).toHaveLength(1)
})

test('several processes keep all their records, and a killed one leaves its job interrupted', {
  timeout: 60_000
}, async () => {
  const program = await buildChild('fixtures/jobs-child.ts')
  const env = { ...process.env, Q8S_HOME: home.root }
  const hosts = [
    ['a', '40', ''],
    ['b', '40', ''],
    ['c', '40', 'hangs']
  ].map(args => startChild(program, args, env))
  const outputs = hosts.map(({ stdout }) => createInterface({ input: stdout as NodeJS.ReadableStream }))
  await Promise.all(outputs.map(output => once(output, 'line')))
  const hangs = once(outputs[2] as (typeof outputs)[0], 'line')
  const ends = hosts.map(host => once(host, 'exit'))
  for (const host of hosts) host.stdin?.end()
  await Promise.all([hangs, ends[0], ends[1]])

  const { jobs } = await openJobs()
  const titles = async () => (await jobs.history()).map(job => `${jobTitle(job)} ${job.state}`).sort()
  const all = ['a', 'b', 'c'].flatMap(name =>
    Array.from({ length: 40 }, (_, number) => `Bundle ${name} ${number} done`)
  )
  expect(await titles()).toEqual([...all].sort())

  hosts[2]?.kill('SIGKILL')
  await ends[2]
  expect(await titles()).toEqual([...all, 'Import c hangs interrupted'].sort())
  const [interrupted] = (await jobs.history()).filter(({ state }) => state === 'interrupted')
  expect(interrupted).toMatchObject({ kind: 'import', stage: { code: 'uploading' } })
  expect(interrupted).not.toHaveProperty('endedAt')
})

test('a full disk is reported with a message', async () => {
  const full = () => {
    throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
  }
  const store = async () => ({ transaction: full, all: full })
  const records = createJobRecords({ folders: { state: '/state' }, store } as unknown as Home)
  const told = { code: 'UNAVAILABLE', message: expect.stringContaining('the disk is full') }
  await expect(records.list()).rejects.toMatchObject(told)
  await expect(records.write({ state: 'running' } as Job)).rejects.toMatchObject(told)
})
