/** The left rail: pages with labels and counts; settings and the user at the bottom. */
import { UnstyledButton } from '@mantine/core'
import { useMemo } from 'react'
import { t } from '#shared/language.ts'
import { useApps, useInstances, useJobs, usePlatform } from '../host/queries.ts'
import { count, plural } from '../labels/humanise.ts'
import { useChecked } from '../manifest/manifest.ts'
import { Name } from '../ui/text.tsx'
import { useKeyHint } from '../window/keys.ts'
import { type PageId, useView, view } from '../window/view.ts'
import styles from './frame.module.css'
import { PAGE_VIEWS, RAIL_PAGES } from './pages.tsx'

export function Rail() {
  const counts = useCounts()
  const user = usePlatform()?.user
  return (
    <nav className={styles.rail} aria-label={t`Pages`}>
      {RAIL_PAGES.map(page => (
        <RailItem key={page} page={page} count={counts[page]} />
      ))}
      <div className={styles.railFoot}>
        <RailItem page="diagnosis" />
        <RailItem page="settings" />
        {user ? (
          <div className={styles.user} title={t`You are ${user} on this platform`}>
            <Name>{user}</Name>
          </div>
        ) : null}
      </div>
    </nav>
  )
}

/** Pages that belong to another page, by their parent. */
const PARENTS: Partial<Record<PageId, PageId>> = { rollout: 'catalog', cleanup: 'catalog' }

type RailPage = (typeof RAIL_PAGES)[number] | 'diagnosis' | 'settings'

interface Count {
  readonly text: string
  readonly label: string
  readonly bad?: boolean
}

function RailItem({ page, count: counted }: { page: RailPage; count?: Count | undefined }) {
  const hint = useKeyHint(PAGE_VIEWS[page].title, `page:${page}`)
  const current = useView(state => (PARENTS[state.page] ?? state.page) === page)
  return (
    <UnstyledButton
      className={styles.railItem}
      aria-current={current ? 'page' : undefined}
      title={hint}
      onClick={() => view.go(page)}
    >
      <span>{PAGE_VIEWS[page].title}</span>
      {counted ? (
        <span className={styles.count} data-bad={counted.bad || undefined} title={counted.label}>
          {counted.text}
        </span>
      ) : null}
    </UnstyledButton>
  )
}

function useCounts(): Partial<Record<PageId, Count>> {
  const path = useView(state => state.projectPath)
  const { findings } = useChecked(path)
  const instances = useInstances()
  const jobs = useJobs()
  const apps = useApps().data
  return useMemo(() => {
    const errors = findings?.filter(finding => finding.severity === 'error').length ?? 0
    const local = instances?.filter(instance => instance.ephemeral).length ?? 0
    const others = (instances?.length ?? 0) - local
    const names = new Set(apps?.map(app => app.name)).size
    const running = jobs?.filter(job => job.state === 'running').length ?? 0
    return {
      ...counted('project', errors, plural(errors, 'problem'), true),
      ...counted('local', local, plural(local, 'run')),
      ...counted('catalog', names, plural(names, 'app')),
      ...counted('instances', others, plural(others, 'instance')),
      ...counted('activity', running, plural(running, 'running job'))
    }
  }, [findings, instances, jobs, apps])
}

/** Shows a count, or nothing if the count is zero. */
function counted(page: PageId, value: number, label: string, bad = false): Partial<Record<PageId, Count>> {
  return value === 0 ? {} : { [page]: { text: count(value), label, bad } }
}
