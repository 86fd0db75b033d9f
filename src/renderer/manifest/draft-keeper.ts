/** Keeps what is not saved with the host, so that it outlives a crash of the window or of the host. */
import { create } from 'zustand'
import { MAX_DRAFT_CHARS } from '#shared/project.ts'
import type { Host } from '../host/client.ts'
import { type Draft, draftOf, setDraft, useDrafts } from './drafts.ts'

const SAVE_DELAY_MS = 150
/** Where a page that goes away leaves what the host has not acknowledged yet: newer than what the host has. */
const STORAGE_KEY = 'q8s.drafts.unkept'

interface Loaded {
  readonly paths: readonly string[]
}

const useLoaded = create<Loaded>(() => ({ paths: [] }))

/** What the host is known to have. */
const saved = new Map<string, Draft | undefined>()

/** True once the unsaved text of a project, if there is one, is in the window. */
export function useDraftLoaded(path: string): boolean {
  return useLoaded(({ paths }) => paths.includes(path))
}

/** Brings the unsaved text of a project into the window; what the window has already wins. */
export async function loadDraft({ client }: Host, path: string, signal: AbortSignal): Promise<void> {
  if (useLoaded.getState().paths.includes(path)) return
  const left = takeLeft(path)
  // Without the host's copy the window begins with what is on disk.
  const known = await client.projects.draft({ path }, { signal }).catch(() => undefined)
  if (signal.aborted) return
  const draft = known?.draft ?? undefined
  if (known) saved.set(path, draft)
  if (draftOf(path) === undefined) setDraft(path, left === undefined ? draft : (left ?? undefined))
  useLoaded.setState(({ paths }) => ({ paths: [...paths.filter(other => other !== path), path] }))
}

/** Sends each change to the host shortly after it; one at a time, and again when the host can be reached. */
export function saveDrafts(host: Host, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending = false
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void send(), SAVE_DELAY_MS)
  }
  async function send() {
    if (sending || signal.aborted) return
    sending = true
    let reached = true
    for (const path of unsaved()) {
      const draft = draftOf(path)
      const sent = await host.client.projects.keepDraft({ path, draft: draft ?? null }, { signal }).then(
        () => true,
        () => false
      )
      reached &&= sent
      if (sent) saved.set(path, draft)
    }
    sending = false
    if (reached && unsaved().length > 0) later()
  }
  const stopDrafts = useDrafts.subscribe(later)
  const stopConnection = host.connection.state.subscribe(now => now.status === 'up' && later())
  window.addEventListener('pagehide', leaveUnsaved)
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    stopDrafts()
    stopConnection()
    window.removeEventListener('pagehide', leaveUnsaved)
  })
}

/** Projects whose unsaved text the host does not have, or still has where there is none. */
function unsaved(): readonly string[] {
  const drafts = useDrafts.getState().byPath
  const loaded = useLoaded.getState().paths
  return [...new Set([...Object.keys(drafts), ...saved.keys()])].filter(
    path => loaded.includes(path) && drafts[path] !== saved.get(path) && fits(drafts[path])
  )
}

function fits(draft: Draft | undefined): boolean {
  return draft === undefined || Math.max(draft.text.length, draft.base.length) <= MAX_DRAFT_CHARS
}

type Left = Readonly<Record<string, Draft | null>>

function leaveUnsaved(): void {
  const paths = unsaved()
  if (paths.length === 0) return
  const left: Left = {
    ...readLeft(),
    ...Object.fromEntries(paths.map(path => [path, draftOf(path) ?? null]))
  }
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(left))
  } catch {
    // A full storage costs the last moments only: the host has the rest.
  }
}

/** What the page before this one left of a project: a draft, null for none, or nothing at all. */
function takeLeft(path: string): Draft | null | undefined {
  const { [path]: left, ...rest } = readLeft()
  if (left === undefined) return undefined
  localStorage.setItem(STORAGE_KEY, JSON.stringify(rest))
  return left === null || typeof left.text === 'string' ? left : undefined
}

function readLeft(): Left {
  try {
    const left: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}')
    return typeof left === 'object' && left !== null ? (left as Left) : {}
  } catch {
    return {}
  }
}
