/** Events of instances: recorded in the transaction that changes the record, up to a limit per instance. */
import { type InstanceEvent, KEPT_EVENTS } from '#shared/instance-event.ts'
import type { Reason } from '#shared/reason.ts'
import type { Store } from '../../store/database.ts'

export interface NewEvent extends Omit<InstanceEvent, 'seq'> {
  readonly instanceId: string
}

interface EventRow extends Omit<InstanceEvent, 'reason'> {
  readonly reason: string | null
}

/** Call this inside a transaction. */
export function noteEvent(store: Store, event: NewEvent): void {
  const { instanceId, run, time, kind, message, reason } = event
  store.run(
    'INSERT INTO instance_events (instance_id, run, time, kind, message, reason) VALUES (?, ?, ?, ?, ?, ?)',
    ...[instanceId, run, time, kind, message, reason ? JSON.stringify(reason) : null]
  )
  store.run(
    `DELETE FROM instance_events WHERE instance_id = ? AND seq <=
       (SELECT seq FROM instance_events WHERE instance_id = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)`,
    ...[instanceId, instanceId, KEPT_EVENTS]
  )
}

/** Oldest first. */
export function listEvents(store: Store, instanceId: string): InstanceEvent[] {
  const rows = store.all<EventRow>(
    'SELECT seq, run, time, kind, message, reason FROM instance_events WHERE instance_id = ? ORDER BY seq',
    instanceId
  )
  return rows.map(({ reason, ...event }) => ({
    ...event,
    ...(reason === null ? {} : { reason: JSON.parse(reason) as Reason })
  }))
}

export function forgetEvents(store: Store, instanceId: string): void {
  store.run('DELETE FROM instance_events WHERE instance_id = ?', instanceId)
}
