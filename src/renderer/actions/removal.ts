/** Removals wait a few seconds before they start: shows a toast with Undo, and knows what is about to be removed. */
import { useMemo } from 'react'
import type { Client } from '#shared/contract.ts'
import { t } from '#shared/language.ts'
import { useJobs } from '../host/queries.ts'
import { plural } from '../labels/humanise.ts'
import { notifyError, notifyUndo } from '../window/notify.tsx'

/** Seconds in which a removal can be undone. */
export const UNDO_SECONDS = 10

/** States how long a removal can be undone, for the question before it. */
export function undoWords(): string {
  return t`You can undo this for ${plural(UNDO_SECONDS, 'second')}.`
}

/** Starts a removal job, and offers Undo until it removes anything. `what` names the thing: `Q Peak 0.1.2`. */
export async function removeWithUndo(
  client: Client,
  what: string,
  start: () => Promise<{ readonly jobId: string }>
): Promise<void> {
  try {
    const { jobId } = await start()
    const undo = () =>
      void client.jobs.cancel({ id: jobId }).catch(error => notifyError(error, t`It could not be undone`))
    const hide = notifyUndo(
      t`Removing ${what}`,
      t`Will be removed in ${plural(UNDO_SECONDS, 'second')}.`,
      undo
    )
    try {
      let waited = false
      for await (const { undoableUntil } of await client.jobs.watch({ id: jobId })) {
        if (waited && undoableUntil === undefined) break
        waited ||= undoableUntil !== undefined
      }
    } finally {
      hide()
    }
  } catch (error) {
    notifyError(error, t`${what} may not be removed`)
  }
}

/** IDs of the instances and apps that are about to be removed. */
export function useRemoving(): ReadonlySet<string> {
  const jobs = useJobs()
  const ids = (jobs ?? [])
    .filter(job => job.kind === 'remove' && job.state === 'running')
    .flatMap(job => job.result?.items ?? [])
    .filter(item => item.state === 'waiting')
    .map(item => item.id)
  const key = ids.join()
  return useMemo(() => new Set(key === '' ? [] : key.split(',')), [key])
}
