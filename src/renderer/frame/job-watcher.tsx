/** Reports how jobs ended: to screen readers, in the status bar, and in a toast if they failed. */
import { VisuallyHidden } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { AppError } from '#shared/errors.ts'
import type { Job } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { endedSince, reportEnded } from '../host/ended-job.ts'
import { isPublishJob } from '../host/publishing.ts'
import { useJobs } from '../host/queries.ts'
import { jobLine } from '../labels/job.ts'
import { jobStatusOf } from '../labels/job-status.ts'
import { useDialog } from '../window/dialogs.ts'
import { notifyError } from '../window/notify.tsx'
import { useView, view } from '../window/view.ts'

export function JobWatcher() {
  const jobs = useJobs()
  const states = useRef<ReadonlyMap<string, Job['state']>>(new Map())
  const [since] = useState(() => Date.now())
  const shown = useRef(new Set<string>())
  const [words, setWords] = useState('')

  useEffect(() => {
    for (const job of endedSince(jobs ?? [], states.current, since)) {
      setWords(jobLine(job))
      tell(job)
    }
    states.current = new Map(jobs?.map(({ id, state }) => [id, state]))
    for (const job of jobs ?? []) if (job.state === 'running') showLog(job, shown.current)
  }, [jobs, since])

  return (
    <VisuallyHidden role="status" aria-live="polite">
      {words}
    </VisuallyHidden>
  )
}

/** Opens the log of a run started in this window as soon as it exists: the user is waiting for it. */
function showLog(job: Job, shown: Set<string>) {
  const id = job.result?.instanceId
  if (id === undefined || shown.has(job.id)) return
  shown.add(job.id)
  const startedHere = Object.values(useView.getState().runs).some(run => run?.jobId === job.id)
  if (startedHere) view.openLog(id, jobTitle(job))
}

/** Shows an error until the user closes it; a success appears only in the status bar and covers nothing. */
function tell(job: Job) {
  reportEnded(job)
  if (jobStatusOf(job) !== 'failed' || !job.error || isOnScreen(job)) return
  const details = () => {
    view.select('activity', job.id)
    view.go('activity')
  }
  const { code, message, hint, data } = job.error
  notifyError(new AppError(code, message, hint, data ? { data } : {}), t`${jobTitle(job)} failed`, {
    label: t`Details`,
    onClick: details
  })
}

/** True if the open page or dialog shows the job itself: a project run, a publish job, an image load, or an update. */
function isOnScreen(job: Job): boolean {
  const { page, projectPath = '', runs } = useView.getState()
  const dialog = useDialog.getState().dialog?.kind
  const sheet = dialog === 'publish' && isPublishJob(job.id)
  if (job.kind === 'runtime-load' && dialog === 'load-image') return true
  if (job.kind === 'update' && page === 'settings') return true
  return sheet || (page === 'project' && runs[projectPath]?.jobId === job.id)
}
