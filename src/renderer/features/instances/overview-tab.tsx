/** The overview of an instance: state and reason, address and actions. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { FailingLineButton } from '../../actions/failing-line-button.tsx'
import { useHost } from '../../host/client.ts'
import { useLastLines } from '../../host/last-lines.ts'
import { useMemory } from '../../host/metrics.ts'
import { useCapability } from '../../host/queries.ts'
import { stateLabel, stateWhy } from '../../labels/instance.ts'
import { Facts } from '../../ui/facts.tsx'
import { Notices } from '../../ui/notices.tsx'
import { rich } from '../../ui/rich.ts'
import { State } from '../../ui/state.tsx'
import { Ago, Bytes, Name } from '../../ui/text.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import { ErrorCard } from '../../window/error-card.tsx'
import { Link } from './columns.tsx'
import { InstanceControls } from './controls.tsx'

const LAST_LINES = 12
const ENGINES = { docker: 'Docker', process: t`Process` } as const

export function OverviewTab({ instance, mine }: { instance: Instance; mine: boolean }) {
  const { app } = instance
  return (
    <>
      {instance.state === 'failed' ? (
        <Failure instance={instance} />
      ) : (
        <div>
          <State {...stateLabel(instance)} title={stateWhy(instance)} />
        </div>
      )}
      <Facts
        rows={[
          [t`URL`, instance.url && isRunning(instance) ? <Link key="url" url={instance.url} /> : undefined],
          [t`App`, <Name key="app">{app.name}</Name>],
          [t`Owner`, <Name key="owner">{instance.owner}</Name>],
          [t`Visibility`, instance.ephemeral ? undefined : visibilityText(instance.visibility)],
          [t`Memory`, <MemoryText key="memory" instance={instance} />],
          [t`Engine`, instance.engine ? ENGINES[instance.engine] : undefined],
          [t`Created`, <Ago key="created" since={instance.createdAt} />],
          [t`Started`, instance.startedAt ? <Ago key="started" since={instance.startedAt} /> : undefined],
          [t`Restarts`, instance.restarts > 0 ? instance.restarts : undefined]
        ]}
      />
      <Notices notices={instance.notices} />
      <InstanceControls instance={instance} mine={mine} />
      {/* Placed last because it loads last, so that no button moves under the pointer. */}
      <RunFacts key={instance.id} instance={instance} />
    </>
  )
}

/** Facts of the newest run; fetched again when there may be a new run, or more facts about it. */
function RunFacts({ instance: { id, state, phase, startedAt } }: { instance: Instance }) {
  const { orpc } = useHost()
  const options = orpc.platform.instances.facts.queryOptions({ input: { id } })
  const queryKey = [...options.queryKey, state, phase, startedAt] as never
  const { data } = useQuery({
    ...{ ...options, queryKey, enabled: useCapability('facts') },
    placeholderData: keepPreviousData
  })
  if (!data) return null
  return (
    <Facts
      rows={[
        [t`Module`, <Name key="module">{data.module}</Name>],
        ['Python', <Name key="python">{data.python}</Name>],
        [t`App root`, <bdi key="root">{data.appRoot}</bdi>],
        [t`Environment`, data.environment && <bdi key="environment">{data.environment}</bdi>],
        [t`Launcher`, <Name key="launcher">{data.launcher}</Name>]
      ]}
    />
  )
}

function MemoryText({ instance }: { instance: Instance }) {
  const { used, limit } = useMemory(instance)
  if (limit === undefined) return used === undefined ? t`No limit` : <Bytes value={used} />
  if (used === undefined) return rich`Limit ${<Bytes value={limit} />}`
  return <span>{rich`${<Bytes value={used} />} of ${<Bytes value={limit} />}`}</span>
}

/** Why the instance failed, what to do, and its last lines. */
function Failure({ instance }: { instance: Instance }) {
  const tail = useLastLines(instance, LAST_LINES)
  const message = instance.reason?.message ?? t`It failed, and nothing says why.`
  return (
    <ErrorCard
      title={stateLabel(instance).text}
      error={{
        code: 'UNAVAILABLE',
        message,
        hint: instance.reason?.hint,
        data: { instance: instance.id, lines: tail }
      }}
      action={<FailingLineButton instance={instance} />}
    />
  )
}
