/** The dock at the bottom, which stays when pages change: logs of instances, problems, jobs. */
import { ActionIcon, UnstyledButton } from '@mantine/core'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { t } from '#shared/language.ts'
import { JobsTab } from '../features/activity/activity-page.tsx'
import { ProblemsTab } from '../features/problems/problems-tab.tsx'
import { useJobs } from '../host/queries.ts'
import { count } from '../labels/humanise.ts'
import { useChecked } from '../manifest/manifest.ts'
import { useRovingKeys } from '../ui/list-keys.ts'
import { ResizeHandle } from '../ui/resize-handle.tsx'
import { Name } from '../ui/text.tsx'
import { type DockTab, useView, view } from '../window/view.ts'
import { DockPaneView, usePaneTitles } from './dock-panes.tsx'
import styles from './frame.module.css'

const DOCK_MIN = 96
const PAGE_MIN = 180

export function Dock() {
  const dock = useView(state => state.dock)
  const panes = useView(state => state.panes)
  return (
    <>
      {dock.open ? (
        <ResizeHandle
          axis="y"
          label={t`Height of the dock`}
          size={dock.height}
          min={DOCK_MIN}
          max={window.innerHeight - PAGE_MIN}
          onResize={height => view.dock({ height })}
        />
      ) : null}
      <section
        className={styles.dock}
        data-region
        aria-label={t`Dock`}
        style={dock.open ? { height: dock.height } : undefined}
      >
        <DockTabs />
        <div
          className={styles.dockBody}
          hidden={!dock.open}
          id="dock-body"
          role="tabpanel"
          aria-labelledby={`dock-${dock.tab}`}
        >
          {panes.map(pane => (
            <DockPaneView key={pane.key} pane={pane} visible={dock.open && dock.tab === `pane:${pane.key}`} />
          ))}
          {dock.open && dock.tab === 'problems' ? <ProblemsTab /> : null}
          {dock.open && dock.tab === 'jobs' ? <JobsTab /> : null}
        </div>
      </section>
    </>
  )
}

function DockTabs() {
  const { open, tab } = useView(state => state.dock)
  const panes = usePaneTitles()
  const { findings } = useChecked(useView(state => state.projectPath))
  const running = useJobs()?.filter(job => job.state === 'running').length ?? 0
  const tabs: readonly { id: DockTab; title: string; count?: number; closes?: string }[] = [
    ...panes.map(({ key, title }) => ({ id: `pane:${key}` as const, title, closes: key })),
    { id: 'problems', title: t`Problems`, count: findings?.length ?? 0 },
    { id: 'jobs', title: t`Jobs`, count: running }
  ]

  const all = tabs.map(({ id }) => id)
  const roving = useRovingKeys(all, tab, view.showDock)
  return (
    <div className={styles.dockHead}>
      <div className={styles.tabs} role="tablist" aria-label={t`Dock`} {...roving}>
        {tabs.map(({ id, title, count: counted, closes }) => (
          <div
            key={id}
            className={styles.tab}
            data-active={(open && tab === id) || undefined}
            role="presentation"
          >
            <UnstyledButton
              role="tab"
              id={`dock-${id}`}
              data-key={id}
              aria-selected={open && tab === id}
              aria-controls="dock-body"
              tabIndex={tab === id ? 0 : -1}
              className={styles.tabButton}
              onClick={() => (open && tab === id ? view.toggleDock() : view.showDock(id))}
              onAuxClick={event => event.button === 1 && closes && view.closePane(closes)}
              onKeyDown={event => event.key === 'Delete' && closes && view.closePane(closes)}
            >
              <Name>{title}</Name>
              {counted ? <span className={styles.count}>{count(counted)}</span> : null}
            </UnstyledButton>
            {closes ? (
              <ActionIcon
                size={18}
                tabIndex={-1}
                aria-hidden="true"
                title={t`Close ${title} (Delete)`}
                onClick={() => view.closePane(closes)}
              >
                <X size={12} />
              </ActionIcon>
            ) : null}
          </div>
        ))}
      </div>
      <ActionIcon
        aria-label={open ? t`Close the dock` : t`Open the dock`}
        aria-expanded={open}
        onClick={view.toggleDock}
      >
        {open ? <ChevronDown size={16} /> : <ChevronUp size={16} />}
      </ActionIcon>
    </div>
  )
}
