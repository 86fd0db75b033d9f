/** Starts jobs for a project: run it here, publish it, write its bundle. Saves unsaved changes first. */
import type { Visibility } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { INSTANCES_KEY } from '../host/live.ts'
import { setPublishJob } from '../host/publishing.ts'
import { localRunOf } from '../host/queries.ts'
import { openDialog } from '../window/dialogs.ts'
import { view } from '../window/view.ts'
import { onceWithNotice, type ProjectWork, saveDraft, withNotice } from './project-work.ts'
import { runInput } from './run-options.ts'

/** Runs the project on this computer, replacing its last run. */
export function run(work: ProjectWork, path: string, options = { save: true }): Promise<void> {
  return onceWithNotice(`run ${path}`, t`The app was not run`, async () => {
    if (options.save) await saveDraft(work, path)
    const last = lastRunOf(work, path)
    const { jobId } = await work.client.projects.run({
      path,
      ...runInput(path),
      ...(last && { replaces: last.id })
    })
    view.ranWith(path, jobId)
  })
}

/** Shows the publish sheet for folders and bundles. */
export function openPublish(work: ProjectWork, paths: readonly string[]): Promise<void> {
  return withNotice(t`The project could not be saved`, async () => {
    for (const path of paths) await saveDraft(work, path)
    openDialog({ kind: 'publish', paths })
  })
}

/** Publishes the project; `deploy` makes a test version and runs it. */
export function publish(
  work: ProjectWork,
  path: string,
  visibility: Visibility,
  deploy: boolean
): Promise<void> {
  const title = deploy ? t`The app was not deployed` : t`The app was not published`
  return onceWithNotice(`publish ${path}`, title, async () => {
    await saveDraft(work, path)
    const { jobId } = await work.client.projects.publish({ path, visibility, deploy, wait: deploy })
    setPublishJob(path, jobId)
  })
}

/** Writes the project's bundle. */
export function writeBundle(work: ProjectWork, path: string): Promise<void> {
  return onceWithNotice(`bundle ${path}`, t`The bundle was not written`, async () => {
    await saveDraft(work, path)
    await work.client.projects.bundle({ path })
  })
}

/** Asks a job to stop. */
export function cancelJob({ client }: ProjectWork, jobId: string): Promise<void> {
  return withNotice(t`The job could not be cancelled`, () => client.jobs.cancel({ id: jobId }))
}

/** The project's local run in the window: the next run replaces it and continues its log. */
function lastRunOf({ queries, orpc }: ProjectWork, path: string): Instance | undefined {
  const { queryKey } = orpc.projects.manifest.queryOptions({ input: { path } })
  const name = queries.getQueryData(queryKey)?.manifest?.App.Name
  return localRunOf(queries.getQueryData<Instance[]>(INSTANCES_KEY), name)
}
