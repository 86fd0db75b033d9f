/** The kinds of tabs a user opens in the dock: the title and content of each. */
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { withoutStamp } from '#shared/version.ts'
import { LogTab } from '../features/logs/log-tab.tsx'
import { ShellPane } from '../features/shell/shell-pane.tsx'
import { useInstances } from '../host/queries.ts'
import { distinctTitles } from '../labels/distinct-titles.ts'
import { ErrorBoundary } from '../window/error-boundary.tsx'
import { type DockPane, useView } from '../window/view.ts'

export function DockPaneView({ pane, visible }: { pane: DockPane; visible: boolean }) {
  switch (pane.kind) {
    case 'logs':
      return (
        <ErrorBoundary what={t`The logs`}>
          <LogTab pane={pane} visible={visible} />
        </ErrorBoundary>
      )
    case 'shell':
      return (
        <ErrorBoundary what={t`The shell in ${pane.source.title}`}>
          <ShellPane id={pane.source.id} title={pane.source.title} visible={visible} />
        </ErrorBoundary>
      )
  }
}

/** Panes in the order of their tabs, titled with the current names of their instances. */
export function usePaneTitles(): readonly { readonly key: string; readonly title: string }[] {
  const panes = useView(state => state.panes)
  const instances = useInstances()
  const titles = distinctTitles(
    panes.map(pane => {
      const { id, title } = pane.kind === 'shell' ? pane.source : (pane.sources[0] ?? NO_SOURCE)
      return { id, title: tabTitle(instances?.find(instance => instance.id === id)) ?? title }
    })
  )
  return panes.map((pane, index) => {
    const title = titles[index] ?? ''
    if (pane.kind === 'shell') return { key: pane.key, title: t`Shell: ${title}` }
    const others = pane.sources.length - 1
    return { key: pane.key, title: others > 0 ? t`${title} and ${others} more` : title }
  })
}

const NO_SOURCE = { id: '', title: '' }

/** Leaves out the version stamp of a local run or a test version: it does not help in a tab. */
function tabTitle(instance: Instance | undefined): string | undefined {
  if (!instance) return undefined
  const { title, version } = instance.app
  return instance.ephemeral ? t`${title} (local)` : `${title} ${withoutStamp(version)}`
}
