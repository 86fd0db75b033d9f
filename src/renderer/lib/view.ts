/** View state of the window that survives a restart: page, panes, filters, open logs. Never what the host knows. */

import { z } from 'zod'
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import { keptStorage, windowDocument } from './kept.ts'

export const PAGES = ['project', 'local', 'catalog', 'instances', 'secrets', 'activity', 'settings'] as const
export type PageId = (typeof PAGES)[number]

export type DockTab = 'problems' | 'jobs' | `log:${string}`

interface View {
  readonly page: PageId
  /** Folder of the project in the window. */
  readonly projectPath: string | undefined
  readonly panelWidth: number
  readonly dock: { readonly open: boolean; readonly height: number; readonly tab: DockTab }
  /** Instances whose log has a tab, with the title to show while nothing else is known. */
  readonly logs: readonly { readonly id: string; readonly title: string }[]
  /** Selected row and filter text of each page. */
  readonly selection: Partial<Record<PageId, string>>
  readonly filters: Partial<Record<PageId, string>>
  /** The run job each project was last started with. */
  readonly runs: Readonly<Record<string, { readonly jobId: string } | undefined>>
}

const initial: View = {
  page: 'project',
  projectPath: undefined,
  panelWidth: 360,
  dock: { open: false, height: 260, tab: 'problems' },
  logs: [],
  selection: {},
  filters: {},
  runs: {}
}

const RECENT_RUNS = 20

/** What was kept is checked field by field: one that is damaged falls back, the others stay. */
const KeptView: z.ZodType<View> = z.object({
  page: z.enum(PAGES).catch(initial.page),
  projectPath: z.string().or(z.undefined()).catch(undefined),
  panelWidth: z.number().min(100).max(10_000).catch(initial.panelWidth),
  dock: z
    .object({
      open: z.boolean(),
      height: z.number().min(0).max(10_000),
      tab: z.union([z.enum(['problems', 'jobs']), z.templateLiteral(['log:', z.string()])])
    })
    .catch(initial.dock),
  logs: z
    .array(z.object({ id: z.string(), title: z.string() }))
    .max(100)
    .catch([]),
  selection: z.partialRecord(z.enum(PAGES), z.string()).catch({}),
  filters: z.partialRecord(z.enum(PAGES), z.string()).catch({}),
  runs: z.record(z.string(), z.object({ jobId: z.string() })).catch({})
})

const storage = keptStorage(windowDocument(), () => void useView.persist.rehydrate())

export const useView = create<View>()(
  persist(() => initial, {
    name: 'view',
    version: 1,
    storage: createJSONStorage(() => storage),
    merge: (kept, current) => KeptView.safeParse(kept).data ?? current
  })
)

const set = useView.setState

export const view = {
  go: (page: PageId) => set({ page }),
  openProject: (projectPath: string | undefined) => set({ projectPath, page: 'project' }),
  select: (page: PageId, id: string | undefined) =>
    set(({ selection: { [page]: _before, ...rest } }) => ({
      selection: id === undefined ? rest : { ...rest, [page]: id }
    })),
  filter: (page: PageId, text: string) => set(({ filters }) => ({ filters: { ...filters, [page]: text } })),
  panelWidth: (panelWidth: number) => set({ panelWidth }),
  dock: (change: Partial<View['dock']>) => set(({ dock }) => ({ dock: { ...dock, ...change } })),
  toggleDock: () => set(({ dock }) => ({ dock: { ...dock, open: !dock.open } })),
  showDock: (tab: DockTab) => set(({ dock }) => ({ dock: { ...dock, open: true, tab } })),
  openLog: (id: string, title: string) =>
    set(({ logs, dock }) => ({
      logs: logs.some(log => log.id === id) ? logs : [...logs, { id, title }],
      dock: { ...dock, open: true, tab: `log:${id}` }
    })),
  closeLog: (id: string) =>
    set(({ logs, dock }) => {
      const rest = logs.filter(log => log.id !== id)
      const next = rest.at(-1)
      const tab = dock.tab === `log:${id}` ? (next ? (`log:${next.id}` as const) : 'problems') : dock.tab
      return { logs: rest, dock: { ...dock, tab } }
    }),
  ranWith: (path: string, jobId: string) =>
    set(({ runs }) => ({
      runs: Object.fromEntries([
        ...Object.entries(runs)
          .filter(([key]) => key !== path)
          .slice(1 - RECENT_RUNS),
        [path, { jobId }]
      ])
    }))
}
