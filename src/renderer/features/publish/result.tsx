/** The result of a publish job: the app, or the error and what to do. */
import { Button, Group } from '@mantine/core'
import type { Job } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { openLink } from '../../actions/open-link.ts'
import { useApps, useInstances } from '../../host/queries.ts'
import { State } from '../../ui/state.tsx'
import { Elapsed } from '../../ui/text.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { view } from '../../window/view.ts'
import styles from './publish.module.css'

interface ResultProps {
  readonly job: Job
  readonly onRetry: () => void
  readonly onClose: () => void
}

export function Result({ job, onRetry, onClose }: ResultProps) {
  if (job.state === 'failed') {
    return (
      <ErrorCard
        error={job.error}
        title={failedText(job)}
        onRetry={onRetry}
        action={<FailedLog job={job} onClose={onClose} />}
      />
    )
  }
  if (job.state === 'cancelled') {
    return (
      <Group justify="space-between">
        <State tone="off" text={t`Cancelled, nothing was left behind`} />
        <Button onClick={onRetry}>{t`Retry`}</Button>
      </Group>
    )
  }
  return <Done job={job} onClose={onClose} />
}

/** If a deploy imported the app but could not start it, the app stays. */
function failedText({ kind, result }: Job): string {
  if (kind !== 'deploy') return t`It was not published`
  return result?.appId === undefined ? t`It was not deployed` : t`It was published, and did not start`
}

function Done({ job, onClose }: Pick<ResultProps, 'job' | 'onClose'>) {
  const app = useApps().data?.find(({ id }) => id === job.result?.appId)
  const instance = useInstances()?.find(({ id }) => id === job.result?.instanceId)
  return (
    <div className={styles.done}>
      <State tone="good" text={doneText(job, app?.version)} />
      <span className={styles.dim}>
        <Elapsed from={job.startedAt} to={job.endedAt} />
      </span>
      {instance?.url ? <Button onClick={() => openLink(instance.url)}>{t`Open app`}</Button> : null}
      {app ? (
        <Button
          onClick={() => {
            view.select('catalog', app.name)
            view.go('catalog')
            onClose()
          }}
        >
          {t`See in catalog`}
        </Button>
      ) : null}
    </div>
  )
}

function doneText({ kind }: Job, version: string | undefined): string {
  if (kind === 'deploy') return version === undefined ? t`Deployed` : t`Deployed as ${version}`
  return version === undefined ? t`Published` : t`Published as ${version}`
}

/** Opens the log of a failed test version, whose instance stays for this purpose. */
function FailedLog({ job, onClose }: Pick<ResultProps, 'job' | 'onClose'>) {
  const id = job.error?.data?.instanceId
  if (typeof id !== 'string') return null
  return (
    <Button
      onClick={() => {
        view.openLog(id, jobTitle(job))
        onClose()
      }}
    >
      {t`Open log`}
    </Button>
  )
}
