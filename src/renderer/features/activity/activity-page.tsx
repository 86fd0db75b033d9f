/** Activity: the jobs of this host, with their stage, their time, their output and their errors. */
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { useConnection } from '../../host/client.ts'
import { useJobs } from '../../host/queries.ts'
import { twin } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import { ToProject } from '../../ui/begin.tsx'
import { Empty } from '../../ui/cards.tsx'
import { CopyTwin } from '../../ui/copy.tsx'
import { DataGrid } from '../../ui/data-grid.tsx'
import { Filter, matchesFilter, Page } from '../../ui/page.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { useView, view } from '../../window/view.ts'
import { type AnyJob, jobColumns } from './columns.tsx'
import { JobPanel } from './job-panel.tsx'
import { useAllJobs } from './use-all-jobs.ts'

export function ActivityPage() {
  const jobs = useAllJobs()
  const stale = useConnection().status !== 'up'
  const filter = useView(state => state.filters.activity ?? '')
  const selectedId = useView(state => state.selection.activity)
  const selected = jobs?.find(job => job.id === selectedId)
  const running = jobs?.filter(job => job.state === 'running').length ?? 0
  return (
    <Page
      title={t`Activity`}
      summary={running > 0 ? plural(running, 'job running', 'jobs running') : undefined}
      tools={
        jobs?.length ? (
          <>
            <Filter page="activity" label={t`Filter jobs`} />
            <CopyTwin commands={[[t`List what was done`, twin.jobs()]]} />
          </>
        ) : undefined
      }
      panel={
        selected ? <JobPanel job={selected} onClose={() => view.select('activity', undefined)} /> : undefined
      }
    >
      <JobList jobs={jobs} filter={filter} selectedId={selectedId} stale={stale} />
    </Page>
  )
}

interface JobListProps {
  readonly jobs: readonly AnyJob[] | undefined
  readonly filter: string
  readonly selectedId: string | undefined
  readonly stale: boolean
}

function JobList({ jobs, filter, selectedId, stale }: JobListProps) {
  if (jobs === undefined) return <RowsSkeleton />
  if (jobs.length === 0) {
    return (
      <Empty title={t`Nothing has been done yet`} actions={<ToProject />}>
        {t`Jobs such as bundling, publishing and running are listed here, also after a restart.`}
      </Empty>
    )
  }
  return (
    <DataGrid
      label={t`Jobs`}
      rows={jobs.filter(job =>
        matchesFilter(filter, jobTitle(job), job.kind, stageText(job.stage), job.state)
      )}
      columns={jobColumns}
      idOf={job => job.id}
      selected={selectedId}
      onSelect={id => view.select('activity', id)}
      stale={stale}
      none={t`No job matches “${filter}”.`}
    />
  )
}

/** The same list in the dock; a click shows the job on its page. */
export function JobsTab() {
  const jobs = useJobs()
  const stale = useConnection().status !== 'up'
  if (!jobs?.length)
    return (
      <Empty title={t`No jobs`}>{t`What this window starts shows here, with its stage and its time.`}</Empty>
    )
  return (
    <DataGrid
      label={t`Jobs`}
      rows={jobs}
      columns={jobColumns}
      idOf={job => job.id}
      onSelect={id => {
        view.select('activity', id)
        view.go('activity')
      }}
      stale={stale}
    />
  )
}
