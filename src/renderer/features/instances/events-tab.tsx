/** The events of an instance: each change of its state with time and reason, newest first, by run. */
import { useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import type { Instance } from '#shared/instance.ts'
import type { InstanceEvent } from '#shared/instance-event.ts'
import { t } from '#shared/language.ts'
import { useHost } from '../../host/client.ts'
import { moment } from '../../labels/humanise.ts'
import type { Tone } from '../../labels/instance.ts'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Glyph } from '../../ui/state.tsx'
import { Age } from '../../ui/text.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import styles from './instances.module.css'

const TONES = {
  starting: 'busy',
  ready: 'good',
  stopping: 'busy',
  stopped: 'off',
  failed: 'bad',
  visibility: 'off'
} as const satisfies Record<InstanceEvent['kind'], Tone>

export function EventsTab({ instance }: { instance: Instance }) {
  const { orpc } = useHost()
  const { id, state, restarts, visibility } = instance
  // Fetched again only when the instance changes; polling is not needed.
  const options = orpc.platform.instances.events.queryOptions({ input: { id } })
  const events = useQuery({
    ...options,
    queryKey: [...options.queryKey, state, restarts, visibility] as never
  })
  if (events.error) return <ErrorCard error={events.error} onRetry={() => void events.refetch()} />
  if (!events.data) return <RowsSkeleton rows={4} />
  if (events.data.length === 0) return <p className={styles.quiet}>{t`Nothing was noted of it yet.`}</p>
  const newestFirst = events.data.toReversed()
  return (
    <ol className={styles.events} aria-label={t`Events`}>
      {newestFirst.map((event, index) => (
        <Fragment key={event.seq}>
          {event.run === newestFirst[index - 1]?.run ? null : (
            <li className={styles.run}>{event.run === 1 ? t`First run` : t`Run ${event.run}`}</li>
          )}
          <EventRow event={event} />
        </Fragment>
      ))}
    </ol>
  )
}

function EventRow({ event: { kind, message, reason, time } }: { event: InstanceEvent }) {
  const facts = [
    reason?.exitCode === undefined ? '' : t`Exit code ${reason.exitCode}.`,
    reason?.signal === undefined ? '' : t`Signal ${reason.signal}.`,
    reason?.hint ?? ''
  ].filter(Boolean)
  return (
    <li className={styles.event}>
      <Glyph tone={TONES[kind]} />
      <p>{message}</p>
      <span title={moment(time)}>
        <Age since={time} />
      </span>
      {facts.length > 0 ? <p className={styles.why}>{facts.join(' ')}</p> : null}
    </li>
  )
}
