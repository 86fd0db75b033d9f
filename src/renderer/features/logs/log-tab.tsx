/** A tab of logs: of one instance, of several side by side, or of several in one list. */
import { Menu } from '@mantine/core'
import { Columns2, Merge } from 'lucide-react'
import { useState } from 'react'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { useOwnFiles } from '../../actions/failing-line.ts'
import { useHost } from '../../host/client.ts'
import { useInstances } from '../../host/queries.ts'
import { failingLine } from '../../labels/traceback.ts'
import { ErrorBoundary } from '../../window/error-boundary.tsx'
import { type DockPane, type LogSource, view } from '../../window/view.ts'
import { LogPane } from './log-pane.tsx'
import { Tool } from './log-tools.tsx'
import styles from './logs.module.css'
import { createMergedReader } from './merged-reader.ts'
import { outerHost } from './own-link.ts'
import { logOf, useEngine, useLogReader, useOpen } from './use-log-reader.ts'

type LogsPane = Extract<DockPane, { kind: 'logs' }>

/** Most logs one tab may show at once. */
const LOG_LIMIT = 12

export function LogTab({ pane, visible }: { pane: LogsPane; visible: boolean }) {
  const { sources, layout } = pane
  if (layout === 'merged' && sources.length > 1) {
    return <MergedLog key={sources.map(({ id }) => id).join()} pane={pane} visible={visible} />
  }
  const columns = sources.length < 4 ? sources.length : sources.length === 4 ? 2 : sources.length < 10 ? 3 : 4
  return (
    <div
      className={styles.grid}
      hidden={!visible}
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {sources.map((source, index) => (
        <ErrorBoundary key={source.id} what={t`The log of ${source.title}`}>
          <InstanceLog source={source} pane={pane} visible={visible} first={index === 0} />
        </ErrorBoundary>
      ))}
    </div>
  )
}

interface InstanceLogProps {
  readonly source: LogSource
  readonly pane: LogsPane
  readonly visible: boolean
  readonly first: boolean
}

function InstanceLog({ source, pane, visible, first }: InstanceLogProps) {
  const instances = useInstances()
  const instance = instances?.find(({ id }) => id === source.id)
  const reader = useLogReader(source.id, visible, instance)
  const files = useOwnFiles(instance)
  const rest = pane.sources.filter(({ id }) => id !== source.id)
  return (
    <LogPane
      reader={reader}
      {...(titlesOf(pane, instances)[pane.sources.indexOf(source)] ?? { title: source.title })}
      name={instance?.app.title ?? source.title}
      fileName={`${instance?.app.name ?? 'instance'}-${source.id.slice(0, 8)}.log`}
      isAlone={rest.length === 0}
      visible={visible}
      first={first}
      outers={[outerHost(instance)]}
      failing={instance && files && (lines => failingLine(lines, instance, file => files.has(file)))}
      extra={first ? <Beside pane={pane} /> : undefined}
      onClose={rest.length > 0 ? () => view.openPane({ ...pane, sources: rest }) : undefined}
    />
  )
}

function MergedLog({ pane, visible }: { pane: LogsPane; visible: boolean }) {
  const { client } = useHost()
  const instances = useInstances()
  const [reader] = useState(() => createMergedReader(pane.sources.map(({ id }) => logOf(client, id))))
  useOpen(reader, visible)
  const ids = new Set(pane.sources.map(({ id }) => id))
  useEngine(reader, instances?.find(({ id, engineGone }) => ids.has(id) && engineGone)?.engineGone)
  const names = titlesOf(pane, instances).map(({ title, tag }) =>
    tag === undefined ? title : `${title} · ${tag}`
  )
  return (
    <LogPane
      reader={reader}
      title={t`${names.length} logs in the order of time`}
      name={names.join(', ')}
      fileName="logs.log"
      visible={visible}
      first
      sources={names}
      outers={pane.sources.map(({ id }) => outerHost(instances?.find(instance => instance.id === id)))}
      extra={<Beside pane={pane} />}
    />
  )
}

/** Adds logs beside this one, and merges them into one list or separates them again. */
function Beside({ pane }: { pane: LogsPane }) {
  const there = new Set(pane.sources.map(({ id }) => id))
  const others = (useInstances() ?? []).filter(({ id }) => !there.has(id))
  const isFull = pane.sources.length >= LOG_LIMIT
  const merged = pane.layout === 'merged'
  return (
    <>
      {pane.sources.length > 1 ? (
        <Tool
          label={t`Merge by time`}
          pressed={merged}
          onClick={() => view.openPane({ ...pane, layout: merged ? 'beside' : 'merged' })}
        >
          <Merge size={15} />
        </Tool>
      ) : null}
      <Menu position="top-end">
        <Menu.Target>
          <Tool label={t`Show another log beside`}>
            <Columns2 size={15} />
          </Tool>
        </Menu.Target>
        <Menu.Dropdown className={styles.choices}>
          {others.slice(0, 50).map(instance => (
            <Menu.Item
              key={instance.id}
              disabled={isFull}
              onClick={() =>
                view.openPane({
                  ...pane,
                  sources: [...pane.sources, { id: instance.id, title: instance.app.title }]
                })
              }
            >
              {titleOf(instance)} · {instance.id.slice(0, 8)}
            </Menu.Item>
          ))}
          {others.length === 0 ? <Menu.Item disabled>{t`There is no other instance.`}</Menu.Item> : null}
          {isFull ? <Menu.Item disabled>{t`${LOG_LIMIT} logs are the most.`}</Menu.Item> : null}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

/** Names of the logs of a tab; IDs distinguish logs of the same app. */
function titlesOf({ sources }: LogsPane, instances: readonly Instance[] | undefined) {
  const titles = sources.map(({ id, title }) => {
    const instance = instances?.find(other => other.id === id)
    return instance ? titleOf(instance) : title
  })
  return titles.map((title, index) => {
    const isOnly = titles.indexOf(title) === titles.lastIndexOf(title)
    return { title, tag: isOnly ? undefined : sources[index]?.id.slice(0, 4) }
  })
}

function titleOf({ app, ephemeral }: Instance): string {
  return ephemeral ? t`${app.title} (local)` : `${app.title} ${app.version}`
}
