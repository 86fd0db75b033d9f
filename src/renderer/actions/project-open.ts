/** Opens projects: a folder or the sample. A bundle opens the publish sheet instead. */

import { isBundlePath } from '#shared/bundle.ts'
import { t } from '#shared/language.ts'
import { lacksManifest, toAppError } from '../host/errors.ts'
import { openDialog } from '../window/dialogs.ts'
import { view } from '../window/view.ts'
import { onceWithNotice, type ProjectWork, refreshProjects, withNotice } from './project-work.ts'

/** Opens a folder; a failure is shown in a toast. */
export function open(work: ProjectWork, path: string): Promise<void> {
  return withNotice(t`The folder could not be opened`, () => tryOpen(work, path))
}

/** Opens a folder, or throws the reason it cannot; false if a dialog continues instead. */
export async function tryOpen(work: ProjectWork, path: string): Promise<boolean> {
  if (isBundlePath(path)) {
    openDialog({ kind: 'publish', paths: [path] })
    return false
  }
  try {
    await showOpened(work, (await work.client.projects.open({ path })).path)
    return true
  } catch (thrown) {
    const error = toAppError(thrown)
    if (!lacksManifest(error)) throw error
    openDialog({ kind: 'init-project', path, reason: error })
    return false
  }
}

/** Opens a folder that the user picks in the host's dialog, or types if the host has no dialog. */
export async function choose(work: ProjectWork, canPick: boolean): Promise<void> {
  if (!canPick) return openDialog({ kind: 'open-project' })
  await onceWithNotice('pick', t`The folder could not be opened`, async () => {
    const picked = await work.client.system.pickFolder()
    if (picked) await open(work, picked.path)
  })
}

/** Opens a copy of the sample project. */
export function openSample(work: ProjectWork): Promise<void> {
  return onceWithNotice('sample', t`The sample app could not be opened`, async () =>
    showOpened(work, (await work.client.projects.sample()).path)
  )
}

/** Pins a project before the recent ones, or unpins it. */
export function pin({ client, queries, orpc }: ProjectWork, path: string, pinned: boolean): Promise<void> {
  const title = pinned ? t`The project was not pinned` : t`The project is still pinned`
  return withNotice(title, async () => {
    await client.projects.pin({ path, pinned })
    await queries.invalidateQueries({ queryKey: orpc.projects.recent.key() })
  })
}

async function showOpened(work: ProjectWork, path: string): Promise<void> {
  view.openProject(path)
  await refreshProjects(work)
}
