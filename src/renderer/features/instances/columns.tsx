/** Columns of the lists of instances. */
import { Anchor } from '@mantine/core'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { openLink } from '../../actions/open-link.ts'
import { SPAN, useMemory, useSeries } from '../../host/metrics.ts'
import { bytes, exactBytes } from '../../labels/humanise.ts'
import { instanceMark, stateLabel, stateWhy } from '../../labels/instance.ts'
import type { Ids } from '../../ui/checks.ts'
import { TwoLines } from '../../ui/data-grid.tsx'
import type { Column } from '../../ui/data-grid-types.ts'
import { Sparkline } from '../../ui/sparkline.tsx'
import { State } from '../../ui/state.tsx'
import { Age, Cores, Name } from '../../ui/text.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import styles from './instances.module.css'

/** Local runs have no visibility and only one owner. An instance being removed shows this instead of its state. */
export function instanceColumns(ephemeral: boolean, removing: Ids): readonly Column<Instance>[] {
  return COLUMNS.filter(({ key }) => !ephemeral || (key !== 'visibility' && key !== 'owner')).map(column =>
    column.key === 'state' && removing.size > 0
      ? { ...column, cell: instance => (removing.has(instance.id) ? REMOVING : column.cell(instance)) }
      : column
  )
}

const REMOVING = <State tone="busy" text={t`Being removed`} />

const COLUMNS: readonly Column<Instance>[] = [
  {
    key: 'app',
    title: t`App`,
    width: 'minmax(140px, 2fr)',
    cell: ({ app, id }) => (
      <TwoLines
        first={<Name title={`${app.title} ${app.version}`}>{app.title}</Name>}
        second={<Name title={id}>{instanceMark({ app, id })}</Name>}
      />
    ),
    compare: (a, b) => a.app.title.localeCompare(b.app.title)
  },
  {
    key: 'state',
    title: t`State`,
    width: 'minmax(170px, 2.1fr)',
    cell: instance => <State {...stateLabel(instance)} title={stateWhy(instance)} />,
    compare: (a, b) => stateLabel(a).text.localeCompare(stateLabel(b).text)
  },
  {
    key: 'url',
    title: t`URL`,
    width: 'minmax(110px, 1fr)',
    from: 960,
    cell: instance => (instance.state === 'ready' ? <Link url={instance.url} /> : '')
  },
  {
    key: 'owner',
    title: t`Owner`,
    width: 'minmax(80px, 0.7fr)',
    from: 1040,
    cell: ({ owner }) => <Name>{owner}</Name>,
    compare: (a, b) => a.owner.localeCompare(b.owner)
  },
  {
    key: 'visibility',
    title: t`Visibility`,
    width: '72px',
    from: 760,
    cell: ({ visibility }) => visibilityText(visibility),
    compare: (a, b) => a.visibility.localeCompare(b.visibility)
  },
  {
    key: 'memory',
    title: t`Memory`,
    width: '156px',
    from: 660,
    cell: instance => <MemoryCell instance={instance} />,
    compare: (a, b) => (a.memory.used ?? 0) - (b.memory.used ?? 0)
  },
  {
    key: 'cpu',
    title: t`CPU`,
    width: '48px',
    align: 'end',
    from: 800,
    cell: instance => <CpuCell instance={instance} />
  },
  {
    key: 'age',
    title: t`Age`,
    width: '52px',
    align: 'end',
    cell: ({ createdAt }) => <Age since={createdAt} />,
    compare: (a, b) => b.createdAt.localeCompare(a.createdAt)
  }
]

const SPARK_WIDTH = 84

/** Memory over the last minutes with its limit, and the current value. */
function MemoryCell({ instance }: { instance: Instance }) {
  const memory = useSeries(instance.id)?.memory ?? []
  const { used, limit } = useMemory(instance)
  if (!isRunning(instance) || used === undefined) return null
  const label = (as: typeof bytes) => (limit === undefined ? as(used) : t`${as(used)} of ${as(limit)}`)
  return (
    <div className={styles.memory} title={label(exactBytes)}>
      <Sparkline
        values={memory.length > 0 ? memory : [used]}
        limit={limit}
        span={SPAN}
        width={SPARK_WIDTH}
        height={22}
        label={t`Memory ${label(bytes)}`}
      />
      {bytes(used)}
    </div>
  )
}

function CpuCell({ instance }: { instance: Instance }) {
  const cores = useSeries(instance.id)?.cpu.at(-1)
  if (!isRunning(instance) || cores === undefined) return null
  return <Cores value={cores} />
}

export function Link({ url }: { url: string }) {
  if (!url) return null
  return (
    <Anchor
      className={styles.link}
      href={url}
      title={url}
      onClick={event => {
        event.preventDefault()
        event.stopPropagation()
        openLink(url)
      }}
    >
      {url.replace(/^https?:\/\//, '').replace(/\/$/, '')}
    </Anchor>
  )
}
