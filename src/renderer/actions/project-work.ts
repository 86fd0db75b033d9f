/** What every action with a project needs: the host, its cached queries, and the saving of what is not saved yet. */
import type { QueryClient } from '@tanstack/react-query'
import type { Host } from '../host/client.ts'
import { useDrafts } from '../manifest/drafts.ts'
import { notifyError } from '../window/notify.tsx'
import { once } from './once.ts'

/** The parts of the window that an action with a project works on. */
export interface ProjectWork {
  readonly client: Host['client']
  readonly orpc: Host['orpc']
  readonly queries: QueryClient
  /** Saves the unsaved text of a project's manifest. */
  save(path: string): Promise<void>
}

/** Does the work; a failure is shown in a toast with this title. Failures of a job itself are shown by the job. */
export async function withNotice(title: string, work: () => Promise<unknown>): Promise<void> {
  await work().catch(error => notifyError(error, title))
}

/** The same, but not again while work of this key is being done. */
export function onceWithNotice(key: string, title: string, work: () => Promise<unknown>): Promise<void> {
  return withNotice(title, () => once(key, work))
}

/** Saves the project's manifest where it has unsaved text. */
export async function saveDraft({ save }: ProjectWork, path: string): Promise<void> {
  if (useDrafts.getState().byPath[path]) await save(path)
}

/** Reads again what the host says of projects. */
export function refreshProjects({ queries, orpc }: ProjectWork): Promise<void> {
  return queries.invalidateQueries({ queryKey: orpc.projects.key() })
}
