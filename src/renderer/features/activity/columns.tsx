/** Columns of the list of jobs. */
import { Button } from '@mantine/core'
import type { Job, PastJob } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { useProjectActions } from '../../actions/project.ts'
import { jobWords } from '../../labels/job.ts'
import type { Column } from '../../ui/data-grid-types.ts'
import { State } from '../../ui/state.tsx'
import { Age, Elapsed, Name } from '../../ui/text.tsx'

/** A job of this host, or a stored past job of this or another host. */
export type AnyJob = Job | PastJob

/** Why the job has no recorded end. */
export const INTERRUPTED = t`Interrupted: q8s closed before it finished.`

export function JobState({ job }: { job: AnyJob }) {
  const { tone, text } = jobWords(job)
  if (job.state === 'interrupted') return <State tone={tone} text={text} title={INTERRUPTED} />
  if (job.state !== 'running') return <State tone={tone} text={text} title={job.error?.message} />
  const stage = stageText(job.stage)
  return (
    <State tone={tone} text={job.percent === undefined ? stage : `${stage} ${Math.round(job.percent)} %`} />
  )
}

export const jobColumns: readonly Column<AnyJob>[] = [
  { key: 'title', title: t`Job`, width: 'minmax(140px, 2fr)', cell: job => <Name>{jobTitle(job)}</Name> },
  { key: 'state', title: t`State`, width: 'minmax(170px, 1.4fr)', cell: job => <JobState job={job} /> },
  { key: 'cancel', title: '', width: '80px', align: 'end', cell: job => <Cancel job={job} /> },
  {
    key: 'took',
    title: t`Took`,
    width: '84px',
    align: 'end',
    from: 580,
    cell: job => <Took job={job} />
  },
  {
    key: 'age',
    title: t`Age`,
    width: '48px',
    align: 'end',
    from: 640,
    cell: ({ startedAt }) => <Age since={startedAt} />,
    compare: (a, b) => b.startedAt.localeCompare(a.startedAt)
  }
]

/** The job's duration; nothing for an interrupted job, whose end is unknown. */
export function Took({ job: { state, startedAt, endedAt } }: { job: AnyJob }) {
  return state === 'interrupted' ? null : <Elapsed from={startedAt} to={endedAt} />
}

function Cancel({ job }: { job: AnyJob }) {
  const actions = useProjectActions()
  if (job.state !== 'running') return null
  return (
    <Button
      size="compact-xs"
      onClick={event => {
        event.stopPropagation()
        void actions.cancel(job.id)
      }}
    >
      {t`Cancel`}
    </Button>
  )
}
