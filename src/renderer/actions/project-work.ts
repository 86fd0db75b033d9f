/** What every project action needs: the host, its cached queries, and saving of unsaved changes. */
import type { QueryClient } from '@tanstack/react-query'
import type { Host } from '../host/client.ts'
import { useDrafts } from '../manifest/drafts.ts'
import { notifyError } from '../window/notify.tsx'
import { once } from './once.ts'

/** The parts of the window that a project action uses. */
export interface ProjectWork {
  readonly client: Host['client']
  readonly orpc: Host['orpc']
  readonly queries: QueryClient
  /** Saves the unsaved text of a project's manifest. */
  save(path: string): Promise<void>
}

/** Does the work; shows a failure in a toast with this title. The job shows its own failures. */
export async function withNotice(title: string, work: () => Promise<unknown>): Promise<void> {
  await work().catch(error => notifyError(error, title))
}

/** The same, but does nothing while work with this key is in progress. */
export function onceWithNotice(key: string, title: string, work: () => Promise<unknown>): Promise<void> {
  return withNotice(title, () => once(key, work))
}

/** Saves the project's manifest if it has unsaved text. */
export async function saveDraft({ save }: ProjectWork, path: string): Promise<void> {
  if (useDrafts.getState().byPath[path]) await save(path)
}

/** Reads the host's data about projects again. */
export function refreshProjects({ queries, orpc }: ProjectWork): Promise<void> {
  return queries.invalidateQueries({ queryKey: orpc.projects.key() })
}
