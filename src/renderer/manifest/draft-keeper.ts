/** Stores unsaved text on the host, so that it survives a crash of the window or the host. */
import { create } from 'zustand'
import { MAX_DRAFT_CHARS } from '#shared/project.ts'
import type { Host } from '../host/client.ts'
import { type Draft, draftOf, setDraft, useDrafts } from './drafts.ts'

const SAVE_DELAY_MS = 150
/** A closing page stores drafts here that the host has not acknowledged yet; they are newer than the host's. */
const STORAGE_KEY = 'q8s.drafts.unkept'

interface Loaded {
  readonly paths: readonly string[]
}

const useLoaded = create<Loaded>(() => ({ paths: [] }))

/** The drafts the host has acknowledged. */
const saved = new Map<string, Draft | undefined>()

/** True once the project's unsaved text, if any, is loaded into the window. */
export function useDraftLoaded(path: string): boolean {
  return useLoaded(({ paths }) => paths.includes(path))
}

/** Loads a project's unsaved text into the window; text already in the window wins. */
export async function loadDraft({ client }: Host, path: string, signal: AbortSignal): Promise<void> {
  if (useLoaded.getState().paths.includes(path)) return
  const left = takeLeft(path)
  // Without the host's copy, the window starts with the file on disk.
  const known = await client.projects.draft({ path }, { signal }).catch(() => undefined)
  if (signal.aborted) return
  const draft = known?.draft ?? undefined
  if (known) saved.set(path, draft)
  if (draftOf(path) === undefined) setDraft(path, left === undefined ? draft : (left ?? undefined))
  useLoaded.setState(({ paths }) => ({ paths: [...paths.filter(other => other !== path), path] }))
}

/** Sends changes to the host shortly after they happen, one at a time; sends failed ones when the host is back. */
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

/** Projects whose draft differs from the host's: changed, new or discarded. */
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
    // If the storage is full, only the last changes are lost: the host has the rest.
  }
}

/** What the previous page stored for a project: a draft, null for a discarded draft, or undefined for nothing. */
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
