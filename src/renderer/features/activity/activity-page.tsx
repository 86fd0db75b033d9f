/** The Activity page: jobs with their stage, time, output and errors. */
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { ToProject } from '../../actions/begin.tsx'
import { useConnection } from '../../host/client.ts'
import { useJobs } from '../../host/queries.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { plural } from '../../labels/humanise.ts'
import { matchesFilter } from '../../labels/row-filter.ts'
import { DataGrid } from '../../ui/data-grid.tsx'
import { Empty } from '../../ui/empty.tsx'
import { CopyCliCommand } from '../../window/copy.tsx'
import { ListPage } from '../../window/list-page.tsx'
import { Filter } from '../../window/page.tsx'
import { useView, view } from '../../window/view.ts'
import { jobColumns } from './columns.tsx'
import { JobPanel } from './job-panel.tsx'
import { useAllJobs } from './use-all-jobs.ts'

export function ActivityPage() {
  const jobs = useAllJobs()
  const stale = useConnection().status !== 'up'
  const filter = useView(state => state.filters.activity ?? '')
  const selectedId = useView(state => state.selection.activity)
  const selected = jobs?.find(job => job.id === selectedId)
  const rows = (jobs ?? []).filter(job =>
    matchesFilter(filter, jobTitle(job), job.kind, stageText(job.stage), job.state)
  )
  const running = jobs?.filter(job => job.state === 'running').length ?? 0
  return (
    <ListPage
      title={t`Activity`}
      all={jobs}
      empty={
        <Empty title={t`Nothing has been done yet`} actions={<ToProject />}>
          {t`Jobs such as bundling, publishing and running are listed here, also after a restart.`}
        </Empty>
      }
      summary={running > 0 ? plural(running, 'job running', 'jobs running') : undefined}
      tools={
        <>
          <Filter page="activity" label={t`Filter jobs`} />
          <CopyCliCommand commands={[[t`List what was done`, cliCommand.jobs()]]} />
        </>
      }
      panel={
        selected ? <JobPanel job={selected} onClose={() => view.select('activity', undefined)} /> : undefined
      }
    >
      <DataGrid
        label={t`Jobs`}
        rows={rows}
        columns={jobColumns}
        idOf={job => job.id}
        selected={selectedId}
        onSelect={id => view.select('activity', id)}
        stale={stale}
        none={t`No job matches “${filter}”.`}
      />
    </ListPage>
  )
}

/** The same list in the dock; a click shows the job on the Activity page. */
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
