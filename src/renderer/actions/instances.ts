/** Actions on one or more instances; used by several parts of the window. */
import { useMemo } from 'react'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import type { InstanceAct } from '#shared/upkeep.ts'
import { useHost } from '../host/client.ts'
import { useCapability } from '../host/queries.ts'
import { bytes, plural } from '../labels/humanise.ts'
import { confirm } from '../window/dialogs.ts'
import { notifyError } from '../window/notify.tsx'
import { removeWithUndo, UNDO_SECONDS, undoWords } from './removal.ts'

export interface InstanceActions {
  /** Starts a job that stops, starts or restarts each of the instances. */
  act(act: Exclude<InstanceAct, 'remove'>, instances: readonly Instance[]): Promise<void>
  /** Shows what will be lost and asks for confirmation; then removes them, unless the user undoes it in time. */
  remove(instances: readonly Instance[]): Promise<void>
}

/** A toast shows failures to start a job; the job shows failures of the work itself. */
export function useInstanceActions(): InstanceActions {
  const { client } = useHost()
  const isMeasured = useCapability('usage')
  return useMemo(() => {
    return {
      async act(act, instances) {
        const ids = instances.map(({ id }) => id)
        await client.upkeep
          .instances({ act, ids })
          .catch(error => notifyError(error, t`The instances were not changed`))
      },
      async remove(instances) {
        const ids = instances.map(({ id }) => id)
        const usage = isMeasured ? await client.platform.instances.usage({ ids }).catch(() => []) : []
        const lost = usage.reduce(
          (sum, { log, volume }) => ({ log: sum.log + log, volume: sum.volume + volume }),
          { log: 0, volume: 0 }
        )
        confirm({
          title: t`Remove ${nameOf(instances)}?`,
          text: consequence(instances, lost),
          action:
            instances.length === 1 ? t`Remove instance` : t`Remove ${plural(instances.length, 'instance')}`,
          destructive: true,
          onConfirm: () =>
            void removeWithUndo(client, nameOf(instances), () =>
              client.upkeep.instances({ act: 'remove', ids, undoSeconds: UNDO_SECONDS })
            )
        })
      }
    }
  }, [client, isMeasured])
}

/** Describes what will be lost. */
export function consequence(
  instances: readonly Instance[],
  lost: { readonly log: number; readonly volume: number }
): string {
  const running = instances.filter(isRunning).length
  const one = instances.length === 1
  const stops = one
    ? t`It is stopped first.`
    : plural(running, 'running one is stopped first.', 'running ones are stopped first.')
  const log = lost.log > 0 ? ` (${bytes(lost.log)})` : ''
  return [
    ...(running === 0 ? [] : [stops]),
    lost.volume > 0 ? logAndData(one, log, bytes(lost.volume)) : logAlone(one, log),
    undoWords()
  ].join(' ')
}

function logAlone(one: boolean, log: string): string {
  return one ? t`Its log${log} is lost.` : t`Their logs${log} are lost.`
}

function logAndData(one: boolean, log: string, volume: string): string {
  return one
    ? t`Its log${log} and ${volume} of data on its volume are lost.`
    : t`Their logs${log} and ${volume} of data on their volumes are lost.`
}

function nameOf(instances: readonly Instance[]): string {
  const [first] = instances
  if (instances.length !== 1 || !first) return plural(instances.length, 'instance')
  return `${first.app.title} ${first.app.version}`
}
