/** What came of one publish: the app, or the reason and what to do. */
import { Button, Group } from '@mantine/core'
import type { Job } from '#shared/job.ts'
import { openLink } from '../../lib/open-link.ts'
import { useApps, useInstances } from '../../lib/queries.ts'
import { view } from '../../lib/view.ts'
import { ErrorCard } from '../../ui/cards.tsx'
import { State } from '../../ui/state.tsx'
import { Elapsed } from '../../ui/text.tsx'
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
        <State tone="off" text="Cancelled, nothing was left behind" />
        <Button onClick={onRetry}>Retry</Button>
      </Group>
    )
  }
  return <Done job={job} onClose={onClose} />
}

/** What a deploy imported before it failed to start stays. */
function failedText({ kind, result }: Job): string {
  if (kind !== 'deploy') return 'It was not published'
  return result?.appId === undefined ? 'It was not deployed' : 'It was published, and did not start'
}

function Done({ job, onClose }: Pick<ResultProps, 'job' | 'onClose'>) {
  const app = useApps().data?.find(({ id }) => id === job.result?.appId)
  const instance = useInstances()?.find(({ id }) => id === job.result?.instanceId)
  const done = job.kind === 'deploy' ? 'Deployed' : 'Published'
  return (
    <div className={styles.done}>
      <State tone="good" text={app ? `${done} as ${app.version}` : done} />
      <span className={styles.dim}>
        <Elapsed from={job.startedAt} to={job.endedAt} />
      </span>
      {instance?.url ? <Button onClick={() => openLink(instance.url)}>Open app</Button> : null}
      {app ? (
        <Button
          onClick={() => {
            view.select('catalog', app.name)
            view.go('catalog')
            onClose()
          }}
        >
          See in catalog
        </Button>
      ) : null}
    </div>
  )
}

/** A deployed instance that failed stays, so that its log can be read. */
function FailedLog({ job, onClose }: Pick<ResultProps, 'job' | 'onClose'>) {
  const id = job.error?.data?.instanceId
  if (typeof id !== 'string') return null
  return (
    <Button
      onClick={() => {
        view.openLog(id, job.title)
        onClose()
      }}
    >
      Open log
    </Button>
  )
}
