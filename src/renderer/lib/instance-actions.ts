/** What can be done with instances, one or many, from more than one place of the window. */
import { useMemo } from 'react'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import type { InstanceAct } from '#shared/upkeep.ts'
import { useHost } from './client.ts'
import { confirm } from './dialogs.ts'
import { bytes, plural } from './humanise.ts'
import { isRunning } from './instance-words.ts'
import { notifyError, notifyUndo } from './notify.tsx'
import { useJobs } from './queries.ts'

/** Seconds in which a removal can be undone. */
const UNDO_SECONDS = 10

export interface InstanceActions {
  /** A job that stops, starts or restarts each of them. */
  act(act: Exclude<InstanceAct, 'remove'>, instances: readonly Instance[]): Promise<void>
  /** Says what would be lost and asks; then removes them, unless it is undone within ten seconds. */
  remove(instances: readonly Instance[]): Promise<void>
}

/** Failures that come at once are told in a toast; those of the work itself are the job's. */
export function useInstanceActions(): InstanceActions {
  const { client } = useHost()
  return useMemo(() => {
    async function removeWithUndo(instances: readonly Instance[]) {
      const ids = instances.map(({ id }) => id)
      const { jobId } = await client.upkeep.instances({ act: 'remove', ids, undoSeconds: UNDO_SECONDS })
      const undo = () =>
        void client.jobs.cancel({ id: jobId }).catch(error => notifyError(error, 'It could not be undone'))
      const hide = notifyUndo(`Removing ${nameOf(instances)}`, 'It goes in ten seconds.', undo)
      try {
        for await (const job of await client.jobs.watch({ id: jobId })) if (isUnderWay(job)) break
      } finally {
        hide()
      }
    }
    return {
      async act(act, instances) {
        const ids = instances.map(({ id }) => id)
        await client.upkeep
          .instances({ act, ids })
          .catch(error => notifyError(error, `The instances were not changed`))
      },
      async remove(instances) {
        const ids = instances.map(({ id }) => id)
        const usage = await client.platform.instances.usage({ ids }).catch(() => [])
        const lost = usage.reduce(
          (sum, { log, volume }) => ({ log: sum.log + log, volume: sum.volume + volume }),
          { log: 0, volume: 0 }
        )
        confirm({
          title: `Remove ${nameOf(instances)}?`,
          text: consequence(instances, lost),
          action:
            instances.length === 1 ? 'Remove instance' : `Remove ${plural(instances.length, 'instance')}`,
          destructive: true,
          onConfirm: () =>
            void removeWithUndo(instances).catch(error => notifyError(error, 'They were not removed'))
        })
      }
    }
  }, [client])
}

/** Instances a removal is about to take. */
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

/** What is lost, in words. */
export function consequence(
  instances: readonly Instance[],
  lost: { readonly log: number; readonly volume: number }
): string {
  const running = instances.filter(isRunning).length
  const one = instances.length === 1
  const stops =
    running === 0
      ? ''
      : one
        ? 'It is stopped first. '
        : `${plural(running, 'running one')} are stopped first. `
  const log = lost.log > 0 ? ` (${bytes(lost.log)})` : ''
  const volume =
    lost.volume > 0 ? ` and ${bytes(lost.volume)} of data on ${one ? 'its volume' : 'their volumes'}` : ''
  return `${stops}${one ? 'Its log' : 'Their logs'}${log}${volume} ${volume || !one ? 'are' : 'is'} lost. You can undo this for ten seconds.`
}

function nameOf(instances: readonly Instance[]): string {
  const [first] = instances
  if (instances.length !== 1 || !first) return plural(instances.length, 'instance')
  return `${first.app.title} ${first.app.version}`
}

/** The time to undo is over: what is removed now is removed. */
function isUnderWay(job: Job): boolean {
  return job.stage.startsWith('Removing ') && !job.stage.startsWith('Removing in')
}
