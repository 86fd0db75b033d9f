/** The side panel of an instance: its state and reason, log, events, metrics, environment and files. */
import { useId } from 'react'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { withoutStamp } from '#shared/version.ts'
import { usePlatform } from '../../host/queries.ts'
import { Panel } from '../../ui/panel.tsx'
import { type PanelTab, PanelTabs } from '../../ui/panel-tabs.tsx'
import { useView, view } from '../../window/view.ts'
import { EnvTab } from './env-tab.tsx'
import { EventsTab } from './events-tab.tsx'
import { FilesTab } from './files-tab.tsx'
import { LogsTab } from './logs-tab.tsx'
import { MetricsTab } from './metrics-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'

interface InstancePanelProps {
  readonly instance: Instance
  /** True if the user owns the instance; only the owner may change it. */
  readonly mine: boolean
  readonly onClose: () => void
}

const TABS = [
  { key: 'overview', title: t`Overview` },
  { key: 'logs', title: t`Logs` },
  { key: 'events', title: t`Events` },
  { key: 'metrics', title: t`Metrics` },
  { key: 'env', title: t`Env` },
  { key: 'files', title: t`Files` }
] as const satisfies readonly PanelTab<string>[]

/** Tabs shown only if the platform has the capability. */
const OFFERED: readonly string[] = ['events', 'metrics', 'files']

export function InstancePanel({ instance, mine, onClose }: InstancePanelProps) {
  const id = useId()
  const wanted = useView(state => state.panelTabs.instances)
  const capabilities = usePlatform()?.capabilities ?? []
  const tabs = TABS.filter(({ key }) => !OFFERED.includes(key) || capabilities.includes(key as 'events'))
  const active = tabs.find(({ key }) => key === wanted)?.key ?? 'overview'
  const { app, ephemeral } = instance
  return (
    <Panel
      title={`${app.title} ${ephemeral ? withoutStamp(app.version) : app.version}`}
      subtitle={<span className="mono">{instance.id}</span>}
      onClose={onClose}
      bodyId={`${id}-body`}
      tabs={
        <PanelTabs
          label={t`About this instance`}
          id={id}
          tabs={tabs}
          active={active}
          onChange={key => view.panelTab('instances', key)}
        />
      }
    >
      {active === 'overview' ? <OverviewTab instance={instance} mine={mine} /> : null}
      {active === 'logs' ? <LogsTab instance={instance} /> : null}
      {active === 'events' ? <EventsTab instance={instance} /> : null}
      {active === 'metrics' ? <MetricsTab instance={instance} /> : null}
      {active === 'env' ? <EnvTab instance={instance} /> : null}
      {active === 'files' ? <FilesTab instance={instance} mine={mine} /> : null}
    </Panel>
  )
}
