/** The status bar: the state of engine, platform and keychain, with links to the diagnosis; and current activity. */
import { Loader, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Job } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { useProjectActions } from '../actions/project.ts'
import { useChecks, useWatchedChecks } from '../host/checks.ts'
import { useConnection, useHost } from '../host/client.ts'
import type { ConnectionState } from '../host/connection.ts'
import { useEndedJob } from '../host/ended-job.ts'
import { useHostInfo, useJobs, useSettings } from '../host/queries.ts'
import { jobLine, jobWords } from '../labels/job.ts'
import { Glyph } from '../ui/state.tsx'
import { Elapsed, Name } from '../ui/text.tsx'
import { view } from '../window/view.ts'
import styles from './frame.module.css'
import { type Dot, statusDots } from './status-dots.ts'

export function StatusBar() {
  const { connection } = useHost()
  const { status, attempts } = useConnection()
  const info = useHostInfo()
  const settings = useSettings()
  const checks = useChecks()
  useWatchedChecks(checks)
  return (
    <footer className={styles.status} data-stale={status === 'down' || status === 'signed-out' || undefined}>
      {status === 'up' ? null : (
        <UnstyledButton className={styles.statusItem} onClick={connection.retryNow} title={t`Try now`}>
          {status === 'signed-out' ? null : <Loader size={10} color="gray" />}
          <span role="status">{connectionLabel(status, attempts, info?.host === 'browser')}</span>
        </UnstyledButton>
      )}
      {statusDots(checks.checks, settings?.engine).map(dot => (
        <StatusDot key={dot.key} dot={dot} />
      ))}
      <div className={styles.space} />
      {settings?.updates === 'daily' ? <NewerVersion skipped={settings.skippedUpdate} /> : null}
      <NewestJob />
    </footer>
  )
}

/** Failed attempts after which the host has probably ended. */
const MANY = 3

function connectionLabel(status: ConnectionState['status'], attempts: number, inBrowser: boolean): string {
  if (status === 'signed-out')
    return t`q8s-cli ui was started again. Open the address it printed; this window then connects.`
  if (status === 'connecting') return t`Connecting`
  if (attempts < MANY || !inBrowser) return t`Reconnecting`
  return t`Reconnecting. Was q8s-cli ui ended? Then run it again, and open its new address.`
}

/** Opens the part of the diagnosis that says why, and what to do. */
function StatusDot({ dot: { check, title, tone, summary } }: { dot: Dot }) {
  return (
    <UnstyledButton
      className={styles.statusItem}
      data-dot
      title={summary}
      onClick={() => {
        view.select('diagnosis', undefined)
        view.select('diagnosis', check)
        view.go('diagnosis')
      }}
    >
      <Glyph tone={tone} />
      <span>{title}</span>
    </UnstyledButton>
  )
}

/** Milliseconds between two requests for the updates that the host found automatically. */
const NEWS_MS = 10 * 60 * 1_000

/** Shows that a newer version exists; used only if automatic update checks are on. */
function NewerVersion({ skipped }: { skipped: string }) {
  const { orpc } = useHost()
  const { data } = useQuery(orpc.updates.state.queryOptions({ refetchInterval: NEWS_MS }))
  const version = data?.found?.version
  if (version === undefined || version === skipped) return null
  return (
    <UnstyledButton
      className={styles.statusItem}
      title={t`Show it in the settings`}
      onClick={() => view.go('settings')}
    >
      {t`q8s Desktop ${version} is there`}
    </UnstyledButton>
  )
}

function NewestJob() {
  const actions = useProjectActions()
  const job = useJobs()?.find(other => other.state === 'running')
  const ended = useEndedJob(state => state.job)
  if (!job) return ended ? <EndedJob job={ended} /> : null
  const title = jobTitle(job)
  const percent = job.percent === undefined ? '' : ` ${Math.round(job.percent)} %`
  return (
    <div className={styles.statusJob}>
      <UnstyledButton className={styles.statusItem} onClick={() => view.showDock('jobs')}>
        <Name>{`${title}: ${stageText(job.stage)}${percent}`}</Name>
        <Elapsed from={job.startedAt} />
      </UnstyledButton>
      <UnstyledButton
        className={styles.statusItem}
        aria-label={t`Cancel ${title}`}
        onClick={() => void actions.cancel(job.id)}
      >
        {t`Cancel`}
      </UnstyledButton>
    </div>
  )
}

function EndedJob({ job }: { job: Job }) {
  return (
    <UnstyledButton
      className={styles.statusItem}
      title={t`Show the job`}
      onClick={() => {
        view.select('activity', job.id)
        view.go('activity')
      }}
    >
      <Glyph tone={jobWords(job).tone} />
      <Name>{jobLine(job)}</Name>
    </UnstyledButton>
  )
}
