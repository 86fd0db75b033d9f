/** A running job: its stages, progress, elapsed time, and Cancel. */
import { Button, Progress } from '@mantine/core'
import type { Job } from '#shared/job.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { duration } from '../labels/humanise.ts'
import { remainingMs, slowReason, stageMs } from '../labels/remaining.ts'
import styles from './job-progress.module.css'
import { rich } from './rich.ts'
import { SLOW_MS } from './slow-note.tsx'
import { Glyph } from './state.tsx'
import { Bytes, Elapsed, usePassed } from './text.tsx'

interface JobProgressProps {
  readonly job: Job
  readonly onCancel: () => void
  /** Also shows completed stages and how long each took. */
  readonly stages?: boolean
}

export function JobProgress({ job, onCancel, stages = false }: JobProgressProps) {
  const taken = stageMs(job, usePassed(job.startedAt))
  const left = remainingMs(job.percent, taken)
  const stage = stageText(job.stage)
  const reason = taken > SLOW_MS ? slowReason(job) : undefined
  return (
    <div className={styles.progress}>
      {stages ? <DoneStages job={job} /> : null}
      <div className={styles.row}>
        <span className={styles.stage}>
          {stage}
          {job.percent === undefined ? '…' : ` ${Math.round(job.percent)} %`}
        </span>
        <Elapsed from={job.startedAt} />
        <Button onClick={onCancel}>{t`Cancel`}</Button>
      </div>
      <Progress size={3} value={job.percent ?? 100} animated={job.percent === undefined} aria-label={stage} />
      <div className={styles.facts}>
        {job.bytes ? rich`${<Bytes value={job.bytes.done} />} of ${<Bytes value={job.bytes.total} />}` : null}
        {job.bytes && left !== undefined ? ', ' : null}
        {left === undefined ? null : t`about ${duration(left)} left`}
        {reason ? <div>{reason}</div> : null}
      </div>
    </div>
  )
}

function DoneStages({ job }: { job: Job }) {
  const done = job.stages.slice(0, -1)
  if (done.length === 0) return null
  return (
    <ol className={styles.stages}>
      {done.map(({ stage, startedAt }, index) => (
        <li key={startedAt + stageText(stage)}>
          <Glyph tone="good" />
          <span>{stageText(stage)}</span>
          <Elapsed from={startedAt} to={job.stages[index + 1]?.startedAt} />
        </li>
      ))}
    </ol>
  )
}
