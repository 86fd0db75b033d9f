/** Columns of the lists of instances. */
import { Anchor } from '@mantine/core'
import type { Instance } from '#shared/instance.ts'
import { useRemoving } from '../../lib/instance-actions.ts'
import { stateWords } from '../../lib/instance-words.ts'
import { openLink } from '../../lib/open-link.ts'
import { type Column, TwoLines } from '../../ui/data-grid.tsx'
import { State } from '../../ui/state.tsx'
import { Age, Bytes, Name } from '../../ui/text.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import styles from './instances.module.css'

/** Local runs have no visibility and only one owner. */
export function instanceColumns(ephemeral: boolean): readonly Column<Instance>[] {
  return ephemeral ? COLUMNS.filter(column => column.key !== 'visibility' && column.key !== 'owner') : COLUMNS
}

const COLUMNS: readonly Column<Instance>[] = [
  {
    key: 'app',
    title: 'App',
    width: 'minmax(120px, 1.2fr)',
    cell: ({ app, id }) => (
      <TwoLines
        first={<Name title={`${app.title} ${app.version}`}>{app.title}</Name>}
        second={<Name title={id}>{`${app.version.replace(/-\d{14}$/, '')} · ${id.slice(0, 8)}`}</Name>}
      />
    ),
    compare: (a, b) => a.app.title.localeCompare(b.app.title)
  },
  {
    key: 'state',
    title: 'State',
    width: 'minmax(170px, 2.2fr)',
    cell: instance => <StateCell instance={instance} />,
    compare: (a, b) => stateWords(a).text.localeCompare(stateWords(b).text)
  },
  {
    key: 'url',
    title: 'URL',
    width: 'minmax(110px, 1fr)',
    from: 760,
    cell: instance => (instance.state === 'ready' ? <Link url={instance.url} /> : '')
  },
  {
    key: 'owner',
    title: 'Owner',
    width: 'minmax(80px, 0.7fr)',
    from: 900,
    cell: ({ owner }) => <Name>{owner}</Name>,
    compare: (a, b) => a.owner.localeCompare(b.owner)
  },
  {
    key: 'visibility',
    title: 'Visibility',
    width: '72px',
    from: 640,
    cell: ({ visibility }) => visibilityText(visibility),
    compare: (a, b) => a.visibility.localeCompare(b.visibility)
  },
  {
    key: 'memory',
    title: 'Memory',
    width: '104px',
    align: 'end',
    from: 520,
    cell: ({ memory }) => <Memory memory={memory} />,
    compare: (a, b) => (a.memory.used ?? 0) - (b.memory.used ?? 0)
  },
  {
    key: 'age',
    title: 'Age',
    width: '52px',
    align: 'end',
    cell: ({ createdAt }) => <Age since={createdAt} />,
    compare: (a, b) => b.createdAt.localeCompare(a.createdAt)
  }
]

function StateCell({ instance }: { instance: Instance }) {
  if (useRemoving().has(instance.id)) return <State tone="busy" text="Being removed" />
  return <State {...stateWords(instance)} title={instance.reason?.message} />
}

/** Memory in use, over a bar that ends at the limit. */
export function Memory({ memory: { used, limit } }: { memory: Instance['memory'] }) {
  if (used === undefined) return null
  const share = limit ? Math.min(1, used / limit) : undefined
  return (
    <div className={styles.memory}>
      <span>
        <Bytes value={used} />
      </span>
      {share === undefined ? null : (
        <span className={styles.bar} data-high={share > 0.9 || undefined}>
          <span style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </div>
  )
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
