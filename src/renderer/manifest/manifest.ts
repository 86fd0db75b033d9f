/** A project's manifest in the window: the file on disk, the unsaved text and the results of the checks. */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import type { Finding } from '#shared/finding.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import type { ManifestText } from '#shared/project.ts'
import { type Host, useHost } from '../host/client.ts'
import { toAppError } from '../host/errors.ts'
import { follow } from '../host/follow.ts'
import { loadDraft, saveDrafts } from './draft-keeper.ts'
import { draftOf, setDraft, useDrafts } from './drafts.ts'
import { takeDiskChange } from './reconcile.ts'
import { type CheckedText, checkDrafts, useTextChecks } from './text-checks.ts'

/** The file on disk; the error says why it cannot be read. */
export function useManifestFile(path: string | undefined) {
  const { orpc } = useHost()
  return useQuery({
    ...orpc.projects.manifest.queryOptions({ input: { path: path ?? '' } }),
    enabled: path !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    // The watch retries. Otherwise the error view would fetch on mount, be replaced while fetching, and so on forever.
    retryOnMount: false
  })
}

/** The included and excluded files, and the findings of the whole bundle. */
export function useProjectFiles(path: string | undefined) {
  const { orpc } = useHost()
  return useQuery({
    ...orpc.projects.files.queryOptions({ input: { path: path ?? '' } }),
    enabled: path !== undefined,
    staleTime: 15_000
  })
}

export interface Checked {
  /** Undefined until the first check is done. */
  readonly findings: readonly Finding[] | undefined
  readonly manifest: ManifestText['manifest']
  /** The manifest text that the findings refer to. */
  readonly text: string | undefined
}

/** The results of checking the text in the window, saved or not, and the project's other files. */
export function useChecked(path: string | undefined): Checked {
  const file = useManifestFile(path).data
  const files = useProjectFiles(path).data
  const unsaved = useDrafts(({ byPath }) => path !== undefined && byPath[path] !== undefined)
  const check = useTextChecks(({ byPath }) => (path === undefined ? undefined : byPath[path]))
  const source = unsaved && check ? check : file
  return source ? combined(source, files?.findings ?? NO_FINDINGS, file?.file ?? 'q-app.toml') : UNKNOWN
}

const NO_FINDINGS: readonly Finding[] = []
const UNKNOWN: Checked = { findings: undefined, manifest: undefined, text: undefined }

/** Cached results, since many parts of the window need the same one. */
const answers = new WeakMap<CheckedText, { readonly files: readonly Finding[]; readonly checked: Checked }>()

/** Combines findings of the manifest and of the files; for the manifest, the check of its text wins. */
function combined(source: CheckedText, files: readonly Finding[], manifestFile: string): Checked {
  const known = answers.get(source)
  if (known?.files === files) return known.checked
  const others = files.filter(({ file }) => file === undefined || file !== manifestFile)
  const findings = unique([...source.findings, ...others], manifestFile)
  const checked = { findings, manifest: source.manifest, text: source.text }
  answers.set(source, { files, checked })
  return checked
}

/** Removes duplicates and sorts: errors, warnings, notes; within each, grouped by file, the manifest's first. */
function unique(findings: readonly Finding[], manifestFile: string): readonly Finding[] {
  const order = { error: 0, warning: 1, info: 2 }
  const placeOf = ({ file = '' }: Finding) => (file === manifestFile ? '' : file)
  const byKey = new Map(findings.map(finding => [keyOf(finding), finding]))
  return [...byKey.values()].sort(
    (a, b) =>
      order[a.severity] - order[b.severity] ||
      Number(placeOf(a) > placeOf(b)) - Number(placeOf(a) < placeOf(b))
  )
}

function keyOf(finding: Finding): string {
  return [
    finding.rule,
    finding.file ?? '',
    finding.path ?? '',
    finding.range?.from ?? '',
    finding.message
  ].join('|')
}

/**
 * Saves the draft of a project. If the file changed on disk, merges that change first if it does not overlap.
 * If it does, keeps the draft, loads the newer file and throws CONFLICT.
 */
export function useSaveDraft() {
  const host = useHost()
  const queries = useQueryClient()
  return useCallback(
    async (path: string): Promise<void> => {
      try {
        await save(host, queries, path)
      } catch (thrown) {
        const error = toAppError(thrown)
        if (error.code !== 'CONFLICT') throw error
        await refresh(host, queries, path)
        const file = queries.getQueryData(manifestKey(host, path))
        if (!file || (await takeDiskChange(path, file)) !== 'merged') throw error
        await save(host, queries, path)
      }
    },
    [host, queries]
  )
}

async function save(host: Host, queries: QueryClient, path: string): Promise<void> {
  const draft = draftOf(path)
  if (!draft) return
  const { text } = draft
  const { revision } = await host.client.projects.save({ path, text, revision: draft.revision })
  queries.setQueryData(manifestKey(host, path), before => (before ? { ...before, text, revision } : before))
  // Queries update the window in a later task: keep showing the draft until then.
  await new Promise(resolve => setTimeout(resolve))
  const now = draftOf(path)
  const same = now === undefined || now.text === text
  setDraft(path, same ? undefined : { text: now.text, revision, base: text })
  await refresh(host, queries, path)
}

/** Writes the text in the window to its file, which is gone. CONFLICT if the file exists again. */
export function useRestoreManifest() {
  const host = useHost()
  const queries = useQueryClient()
  return useCallback(
    async (path: string, file: ManifestText): Promise<void> => {
      const text = draftOf(path)?.text ?? file.text
      const name = MANIFEST_FILES.find(known => known === file.file)
      await host.client.projects.save({ path, text, revision: '', ...(name ? { file: name } : {}) })
      await refresh(host, queries, path)
    },
    [host, queries]
  )
}

/** Writes a manifest that is not UTF-8 as UTF-8. */
export function useConvertManifest() {
  const host = useHost()
  const queries = useQueryClient()
  return useCallback(
    async (path: string, { text, revision }: ManifestText): Promise<void> => {
      await host.client.projects.save({ path, text, revision })
      await refresh(host, queries, path)
    },
    [host, queries]
  )
}

const manifestKey = (host: Host, path: string) =>
  host.orpc.projects.manifest.queryOptions({ input: { path } }).queryKey

/**
 * While the project is in the window: loads its unsaved text and stores it on the host, reloads the manifest when it
 * changes on disk, and merges that change into the unsaved text if the two do not overlap.
 */
export function useManifestWatch(path: string | undefined): void {
  const host = useHost()
  const queries = useQueryClient()
  const file = useManifestFile(path).data
  useEffect(() => {
    const stop = new AbortController()
    saveDrafts(host, stop.signal)
    return () => stop.abort()
  }, [host])
  useEffect(() => {
    if (path === undefined) return
    const stop = new AbortController()
    void loadDraft(host, path, stop.signal)
    checkDrafts(host, path, stop.signal)
    void watch(host, queries, path, stop.signal)
    return () => stop.abort()
  }, [host, queries, path])
  useEffect(() => {
    if (path === undefined || !file) return
    const takeChange = () => {
      const draft = draftOf(path)
      if (draft && draft.revision !== file.revision) void takeDiskChange(path, file)
    }
    takeChange()
    // Not a hook: it would render the whole window again at each key stroke.
    return useDrafts.subscribe(takeChange)
  }, [path, file])
}

function watch(host: Host, queries: QueryClient, path: string, signal: AbortSignal): Promise<void> {
  const queryKey = manifestKey(host, path)
  return follow(host, signal, {
    open: () => host.client.projects.watch({ path }, { signal }),
    async each({ revision }) {
      const known = queries.getQueryState(queryKey)
      if (known?.data?.revision !== revision || known.error) await refresh(host, queries, path)
    },
    failed: error => console.warn(error.message)
  })
}

async function refresh(host: Host, queries: QueryClient, path: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: host.orpc.projects.manifest.key({ input: { path } }) }),
    queries.invalidateQueries({ queryKey: host.orpc.projects.files.key({ input: { path } }) }),
    queries.invalidateQueries({ queryKey: host.orpc.projects.requirements.key({ input: { path } }) })
  ])
}
