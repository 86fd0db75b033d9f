/** View state of the window that survives a restart: page, filters, panes of the dock. Never data of the host. */
import { z } from 'zod'
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import { preferenceStorage, windowDocument } from '../host/preferences.ts'

export const PAGES = [
  'project',
  'local',
  'catalog',
  'instances',
  'secrets',
  'activity',
  'diagnosis',
  'settings',
  'cleanup',
  'rollout'
] as const
export type PageId = (typeof PAGES)[number]

const LogSource = z.object({
  id: z.string(),
  /** The title until the instance is known. */
  title: z.string()
})
export type LogSource = z.infer<typeof LogSource>

/** A tab of the dock that the user opened and may close; each kind has its view in frame/dock-panes.tsx. */
const DockPane = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('logs'),
    key: z.string(),
    /** Side by side, or merged into one list by time. */
    layout: z.enum(['beside', 'merged']),
    sources: z.array(LogSource).min(1).max(12)
  }),
  z.object({ kind: z.literal('shell'), key: z.string(), source: LogSource })
])
export type DockPane = z.infer<typeof DockPane>

export type DockTab = 'problems' | 'jobs' | `pane:${string}`

export const MANIFEST_LAYOUTS = ['form', 'split', 'text'] as const
export type ManifestLayout = (typeof MANIFEST_LAYOUTS)[number]

/** How logs show their lines: wrapping, time format, JSON with its message first. */
const LogLook = z.object({
  wrap: z.boolean(),
  times: z.enum(['off', 'ago', 'local', 'utc']),
  tidy: z.boolean()
})
export type LogLook = z.infer<typeof LogLook>

interface View {
  readonly page: PageId
  /** Folder of the project in the window. */
  readonly projectPath: string | undefined
  readonly panelWidth: number
  /** The visible panes of a manifest, and the width of the text beside the form; half the width if not set. */
  readonly manifest: { readonly layout: ManifestLayout; readonly textWidth?: number | undefined }
  readonly dock: { readonly open: boolean; readonly height: number; readonly tab: DockTab }
  readonly panes: readonly DockPane[]
  readonly logLook: LogLook
  /** Selected row and filter text of each page. */
  readonly selection: Partial<Record<PageId, string>>
  readonly filters: Partial<Record<PageId, string>>
  /** The shown part of each page's list, and the tab or version in its panel. */
  readonly facets: Partial<Record<PageId, string>>
  readonly panelTabs: Partial<Record<PageId, string>>
  /** The run job each project was last started with. */
  readonly runs: Readonly<Record<string, { readonly jobId: string } | undefined>>
  /** IDs of recently used palette commands, newest first. */
  readonly usedCommands: readonly string[]
}

const initial: View = {
  page: 'project',
  projectPath: undefined,
  panelWidth: 360,
  manifest: { layout: 'split' },
  dock: { open: false, height: 260, tab: 'problems' },
  panes: [],
  logLook: { wrap: false, times: 'off', tidy: false },
  selection: {},
  filters: {},
  facets: {},
  panelTabs: {},
  runs: {},
  usedCommands: []
}

const RECENT_RUNS = 20
const USED_COMMANDS = 20

/** Validates the stored view field by field: an invalid field gets its default, the others stay. */
const StoredView: z.ZodType<View> = z.object({
  page: z.enum(PAGES).catch(initial.page),
  projectPath: z.string().or(z.undefined()).catch(undefined),
  panelWidth: z.number().min(100).max(10_000).catch(initial.panelWidth),
  manifest: z
    .object({ layout: z.enum(MANIFEST_LAYOUTS), textWidth: z.number().min(100).max(10_000).optional() })
    .catch(initial.manifest),
  dock: z
    .object({
      open: z.boolean(),
      height: z.number().min(0).max(10_000),
      tab: z.union([z.enum(['problems', 'jobs']), z.templateLiteral(['pane:', z.string()])])
    })
    .catch(initial.dock),
  panes: z.array(DockPane).max(100).catch([]),
  logLook: LogLook.catch(initial.logLook),
  selection: z.partialRecord(z.enum(PAGES), z.string()).catch({}),
  filters: z.partialRecord(z.enum(PAGES), z.string()).catch({}),
  facets: z.partialRecord(z.enum(PAGES), z.string()).catch({}),
  panelTabs: z.partialRecord(z.enum(PAGES), z.string()).catch({}),
  runs: z.record(z.string(), z.object({ jobId: z.string() })).catch({}),
  usedCommands: z.array(z.string()).max(USED_COMMANDS).catch([])
})

const storage = preferenceStorage(windowDocument(), () => void useView.persist.rehydrate())

export const useView = create<View>()(
  persist(() => initial, {
    name: 'view',
    version: 1,
    storage: createJSONStorage(() => storage),
    merge: (stored, current) => StoredView.safeParse(stored).data ?? current
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
  facet: (page: PageId, facet: string) => set(({ facets }) => ({ facets: { ...facets, [page]: facet } })),
  panelTab: (page: PageId, tab: string) =>
    set(({ panelTabs }) => ({ panelTabs: { ...panelTabs, [page]: tab } })),
  panelWidth: (panelWidth: number) => set({ panelWidth }),
  manifest: (change: Partial<View['manifest']>) =>
    set(({ manifest }) => ({ manifest: { ...manifest, ...change } })),
  dock: (change: Partial<View['dock']>) => set(({ dock }) => ({ dock: { ...dock, ...change } })),
  toggleDock: () => set(({ dock }) => ({ dock: { ...dock, open: !dock.open } })),
  showDock: (tab: DockTab) => set(({ dock }) => ({ dock: { ...dock, open: true, tab } })),
  /** Shows a pane; replaces a pane with the same key. */
  openPane: (pane: DockPane) =>
    set(({ panes, dock }) => ({
      panes: panes.some(({ key }) => key === pane.key)
        ? panes.map(other => (other.key === pane.key ? pane : other))
        : [...panes, pane],
      dock: { ...dock, open: true, tab: `pane:${pane.key}` }
    })),
  closePane: (key: string) =>
    set(({ panes, dock }) => {
      const rest = panes.filter(pane => pane.key !== key)
      const next = rest.at(-1)
      const tab = dock.tab !== `pane:${key}` ? dock.tab : next ? (`pane:${next.key}` as const) : 'problems'
      return { panes: rest, dock: { ...dock, tab } }
    }),
  /** Shows the log of an instance: in the tab that has it already, otherwise in a new tab. */
  openLog: (id: string, title: string) =>
    view.openPane(
      useView
        .getState()
        .panes.find(pane => pane.kind === 'logs' && pane.sources.some(source => source.id === id)) ?? {
        kind: 'logs',
        key: `log-${id}`,
        layout: 'beside',
        sources: [{ id, title }]
      }
    ),
  /** Shows a shell inside an instance: the existing one, otherwise a new one. */
  openShell: (id: string, title: string) =>
    view.openPane({ kind: 'shell', key: `shell-${id}`, source: { id, title } }),
  logLook: (change: Partial<LogLook>) => set(({ logLook }) => ({ logLook: { ...logLook, ...change } })),
  usedCommand: (id: string) =>
    set(({ usedCommands }) => ({
      usedCommands: [id, ...usedCommands.filter(other => other !== id)].slice(0, USED_COMMANDS)
    })),
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
