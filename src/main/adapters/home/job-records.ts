/** Job records: any host of the home writes them, the newest are kept, jobs of dead hosts count as interrupted. */
import { withCodes } from '#core/jobs/old-records.ts'
import type { JobRecords } from '#core/ports.ts'
import { Job, KEPT_PAST_JOBS, PastJob } from '#shared/job.ts'
import type { Store } from '../store/database.ts'
import { storeError } from '../store/errors.ts'
import { type Actor, isAlive, thisProcess } from './actor.ts'
import type { Home } from './home.ts'

interface JobRow {
  readonly job: string
  /** The process working on the job. Null if the job is over. */
  readonly actor: string | null
}

export function createJobRecords({ store: open, folders }: Pick<Home, 'store' | 'folders'>): JobRecords {
  /** Runs work on the store and translates its errors into messages. */
  async function withStore<T>(work: (store: Store) => T): Promise<T> {
    const store = await open()
    try {
      return work(store)
    } catch (error) {
      throw storeError(error, folders.state)
    }
  }

  return {
    write: job => {
      const actor = job.state === 'running' ? JSON.stringify(thisProcess()) : null
      return withStore(store =>
        store.transaction(() => {
          store.run(
            `INSERT INTO jobs (id, job, actor) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET job = excluded.job, actor = excluded.actor`,
            ...[job.id, JSON.stringify(job), actor]
          )
          store.run(
            'DELETE FROM jobs WHERE seq <= (SELECT seq FROM jobs ORDER BY seq DESC LIMIT 1 OFFSET ?)',
            KEPT_PAST_JOBS
          )
        })
      )
    },
    list: async () => {
      const rows = await withStore(store =>
        store.all<JobRow>('SELECT job, actor FROM jobs ORDER BY seq DESC')
      )
      return rows.flatMap(pastJob)
    }
  }
}

/** Empty for a job that still runs, and for a record of another version that cannot be read. */
function pastJob({ job: text, actor }: JobRow): PastJob[] {
  const { data: job } = Job.safeParse(withCodes(JSON.parse(text)))
  if (!job) return []
  if (job.state !== 'running') return [PastJob.parse(job)]
  if (actor !== null && isAlive(JSON.parse(actor) as Actor)) return []
  return [{ ...job, state: 'interrupted' }]
}
