/** The side panel of a job: its stages, results and errors. */
import { Button } from '@mantine/core'
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { useProjectActions } from '../../actions/project.ts'
import { useApps } from '../../host/queries.ts'
import { moment } from '../../labels/humanise.ts'
import { jobStatusOf } from '../../labels/job-status.ts'
import { Facts } from '../../ui/facts.tsx'
import { JobProgress } from '../../ui/job-progress.tsx'
import { Actions, Panel, Section } from '../../ui/panel.tsx'
import { Bytes, Name } from '../../ui/text.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { view } from '../../window/view.ts'
import styles from './activity.module.css'
import { type AnyJob, INTERRUPTED, JobState, Took } from './columns.tsx'

export function JobPanel({ job, onClose }: { job: AnyJob; onClose: () => void }) {
  const actions = useProjectActions()
  return (
    <Panel title={jobTitle(job)} onClose={onClose}>
      {job.state === 'running' ? (
        <JobProgress job={job} stages onCancel={() => void actions.cancel(job.id)} />
      ) : (
        <div>
          <JobState job={job} />
        </div>
      )}
      {job.state === 'interrupted' ? (
        <div>
          {INTERRUPTED} {t`What it had begun may be there.`}
        </div>
      ) : null}
      <ErrorCard error={jobStatusOf(job) === 'failed' ? job.error : undefined} />
      <Facts
        rows={[
          [t`Started`, moment(job.startedAt)],
          [t`Took`, job.state === 'interrupted' ? undefined : <Took key="took" job={job} />],
          [t`Last stage`, job.state === 'done' || job.state === 'running' ? undefined : stageText(job.stage)],
          [t`Freed`, job.result?.freed ? <Bytes key="freed" value={job.result.freed} /> : undefined],
          [t`File`, job.result?.file ? <Name key="file">{job.result.file}</Name> : undefined],
          [
            'SHA-256',
            job.result?.sha256 ? (
              <span key="sha" className="mono">
                {job.result.sha256}
              </span>
            ) : undefined
          ]
        ]}
      />
      <JobActions job={job} />
      {job.log.length > 0 ? (
        <Section title={t`Output`}>
          <pre className={styles.output}>{job.log.join('\n')}</pre>
        </Section>
      ) : null}
    </Panel>
  )
}

function JobActions({ job }: { job: AnyJob }) {
  const apps = useApps().data
  const { appId, instanceId } = job.result ?? {}
  const app = apps?.find(other => other.id === appId)
  const failedInstance = job.error?.data?.instanceId
  const logOf = instanceId ?? (typeof failedInstance === 'string' ? failedInstance : undefined)
  return (
    <Actions>
      {logOf ? <Button onClick={() => view.openLog(logOf, jobTitle(job))}>{t`Open log`}</Button> : null}
      {app ? (
        <Button
          onClick={() => {
            view.select('catalog', app.name)
            view.go('catalog')
          }}
        >
          {t`See in catalog`}
        </Button>
      ) : null}
    </Actions>
  )
}
