/** Tells how jobs ended: to screen readers always, in a toast where there is a next step or an error. */
import { VisuallyHidden } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import { useHost } from '../lib/client.ts'
import { INSTANCES_KEY } from '../lib/live.ts'
import { notifyDone, notifyError } from '../lib/notify.tsx'
import { openLink } from '../lib/open-link.ts'
import { useJobs } from '../lib/queries.ts'
import { useView, view } from '../lib/view.ts'

export function JobWatcher() {
  const { orpc } = useHost()
  const queries = useQueryClient()
  const jobs = useJobs()
  const running = useRef(new Set<string>())
  const shown = useRef(new Set<string>())
  const [words, setWords] = useState('')

  useEffect(() => {
    for (const job of jobs ?? []) {
      if (job.state === 'running') {
        running.current.add(job.id)
        showLog(job, shown.current)
      } else if (running.current.delete(job.id)) {
        setWords(endWords(job))
        void queries.invalidateQueries({ queryKey: orpc.platform.apps.key() })
        tell(job, queries.getQueryData<Instance[]>(INSTANCES_KEY))
      }
    }
  }, [jobs, queries, orpc])

  return (
    <VisuallyHidden role="status" aria-live="polite">
      {words}
    </VisuallyHidden>
  )
}

/** The log of what this window runs opens as soon as there is one: it is what the user waits for. */
function showLog(job: Job, shown: Set<string>) {
  const id = job.result?.instanceId
  if (id === undefined || shown.has(job.id)) return
  shown.add(job.id)
  const startedHere = Object.values(useView.getState().runs).some(run => run?.jobId === job.id)
  if (startedHere) view.openLog(id, job.title)
}

function tell(job: Job, instances: readonly Instance[] | undefined) {
  const toActivity = () => {
    view.select('activity', job.id)
    view.go('activity')
  }
  if (job.state === 'failed' && job.error) {
    notifyError(Object.assign(new Error(job.error.message), job.error), `${job.title} failed`, {
      label: 'Details',
      onClick: toActivity
    })
  }
  // A run that got ready shows in the header and in its log already.
  if (job.state !== 'done' || job.kind === 'run') return
  const instance = instances?.find(other => other.id === job.result?.instanceId)
  if (instance?.url)
    notifyDone(`${instance.app.title} is ready`, { label: 'Open app', onClick: () => openLink(instance.url) })
  else notifyDone(endWords(job), { label: 'Details', onClick: toActivity })
}

function endWords(job: Job): string {
  const ends = { done: 'done', failed: 'failed', cancelled: 'cancelled', running: 'running' } as const
  return `${job.title}: ${ends[job.state]}`
}
