/** The status bar: how engine, platform and keychain are, each with its diagnosis; and what goes on now. */
import { Button, Loader, Popover, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Job } from '#shared/job.ts'
import type { Check } from '#shared/system.ts'
import { useProjectActions } from '../lib/actions.ts'
import { useConnection, useHost } from '../lib/client.ts'
import { useEndedJob } from '../lib/ended-job.ts'
import type { Tone } from '../lib/instance-words.ts'
import { useHostInfo, useJobs, useSettings } from '../lib/queries.ts'
import { view } from '../lib/view.ts'
import { ErrorCard } from '../ui/cards.tsx'
import { Glyph } from '../ui/state.tsx'
import { Elapsed, Name } from '../ui/text.tsx'
import styles from './frame.module.css'
import { type Dot, statusDots } from './status-dots.ts'

const TONES = { ok: 'good', notice: 'busy', failed: 'bad' } as const satisfies Record<Check['state'], Tone>

export function StatusBar() {
  const { orpc, connection } = useHost()
  const { status, attempts } = useConnection()
  const info = useHostInfo()
  const settings = useSettings()
  const checks = useQuery(orpc.system.checks.queryOptions({ staleTime: 30_000 }))
  return (
    <footer className={styles.status}>
      {status === 'up' ? null : (
        <UnstyledButton className={styles.statusItem} onClick={connection.retryNow} title="Try now">
          <Loader size={10} color="gray" />
          <span role="status">{connectionWords(status, attempts, info?.host === 'browser')}</span>
        </UnstyledButton>
      )}
      {statusDots(checks.data, settings?.engine).map(dot => (
        <Diagnosis
          key={dot.title}
          dot={dot}
          checking={checks.isFetching}
          error={checks.error}
          onRetry={() => void checks.refetch()}
        />
      ))}
      <div className={styles.space} />
      <NewestJob />
    </footer>
  )
}

/** Attempts after which the host is likely gone for good. */
const MANY = 3

function connectionWords(status: 'connecting' | 'up' | 'down', attempts: number, inBrowser: boolean): string {
  if (status === 'connecting') return 'Connecting'
  if (attempts < MANY || !inBrowser) return 'Reconnecting'
  return 'Reconnecting. Was q8s-cli ui ended? Then run it again, and open its new address.'
}

interface DiagnosisProps {
  readonly dot: Dot
  readonly checking: boolean
  readonly error: Error | null
  readonly onRetry: () => void
}

function Diagnosis({ dot, checking, error, onRetry }: DiagnosisProps) {
  return (
    <Popover width={380} position="top-start" withArrow trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={styles.statusItem} title={dot.summary}>
          <Glyph tone={dot.tone} />
          <span>{dot.title}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={dot.title}>
        <div className={styles.diagnosis}>
          <ErrorCard error={error} />
          {dot.checks.map(check => (
            <section key={check.id}>
              <h3>
                <Glyph tone={TONES[check.state]} />
                {check.title}
              </h3>
              <p>{check.message}</p>
              {check.hint ? <p className={styles.hint}>{check.hint}</p> : null}
            </section>
          ))}
          <Button loading={checking} onClick={onRetry}>
            Check again
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function NewestJob() {
  const actions = useProjectActions()
  const job = useJobs()?.find(other => other.state === 'running')
  const ended = useEndedJob(state => state.job)
  if (!job) return ended ? <EndedJob job={ended} /> : null
  const percent = job.percent === undefined ? '' : ` ${Math.round(job.percent)} %`
  return (
    <div className={styles.statusJob}>
      <UnstyledButton className={styles.statusItem} onClick={() => view.showDock('jobs')}>
        <Name>{`${job.title}: ${job.stage}${percent}`}</Name>
        <Elapsed from={job.startedAt} />
      </UnstyledButton>
      <UnstyledButton
        className={styles.statusItem}
        aria-label={`Cancel ${job.title}`}
        onClick={() => void actions.cancel(job.id)}
      >
        Cancel
      </UnstyledButton>
    </div>
  )
}

const ENDS = {
  running: { tone: 'busy', text: 'running' },
  done: { tone: 'good', text: 'done' },
  failed: { tone: 'bad', text: 'failed' },
  cancelled: { tone: 'off', text: 'cancelled' }
} as const satisfies Record<Job['state'], { tone: Tone; text: string }>

function EndedJob({ job }: { job: Job }) {
  const { tone, text } = ENDS[job.state]
  return (
    <UnstyledButton
      className={styles.statusItem}
      title="Show the job"
      onClick={() => {
        view.select('activity', job.id)
        view.go('activity')
      }}
    >
      <Glyph tone={tone} />
      <Name>{`${job.title}: ${text}`}</Name>
    </UnstyledButton>
  )
}
