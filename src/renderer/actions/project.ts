/** What can be done with a project from more than one place of the window. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Visibility } from '#shared/app.ts'
import { isBundlePath } from '#shared/bundle.ts'
import { applyEdits } from '#shared/finding.ts'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { type Host, useHost } from '../host/client.ts'
import { lacksManifest, toAppError } from '../host/errors.ts'
import { INSTANCES_KEY } from '../host/live.ts'
import { setPublishJob } from '../host/publishing.ts'
import { localRunOf } from '../host/queries.ts'
import { useDrafts } from '../manifest/drafts.ts'
import { useSaveDraft } from '../manifest/manifest.ts'
import { checkAgain } from '../manifest/text-checks.ts'
import { confirm, openDialog } from '../window/dialogs.ts'
import { notifyError } from '../window/notify.tsx'
import { view } from '../window/view.ts'
import { once } from './once.ts'
import { markOpened } from './opened.ts'
import { runInput } from './run-options.ts'

export interface ProjectActions {
  /** Opens a folder; one without a manifest is offered a new one, a `.qz` is shown before it is imported. */
  open(path: string): Promise<void>
  /** The same, throwing what keeps it from being opened; false where a dialog goes on with it. */
  tryOpen(path: string): Promise<boolean>
  /** Lets the user choose a folder, in the host's dialog or by its path. */
  choose(canPick: boolean): Promise<void>
  sample(): Promise<void>
  /** Keeps it in front of the recent projects, or lets it go. */
  pin(path: string, pinned: boolean): Promise<void>
  /** Runs it on this computer, what is not saved saved first unless told otherwise. */
  run(path: string, options?: { save: boolean }): Promise<void>
  /** Shows the publish sheet for folders and bundles; unsaved text of theirs is saved first. */
  openPublish(paths: readonly string[]): Promise<void>
  publish(path: string, visibility: Visibility, deploy?: boolean): Promise<void>
  /** Writes the next version into the manifest. */
  setVersion(path: string, from: string, to: string): Promise<void>
  /** Writes the manifest's MemoryLimit; false where that failed, and was told. */
  setMemoryLimit(path: string, limit: string): Promise<boolean>
  /** Adds lines to its requirements.txt. */
  addRequirements(path: string, requirements: readonly string[]): Promise<void>
  bundle(path: string): Promise<void>
  cancel(jobId: string): Promise<void>
  /** Shows a running app in a window of the host's. */
  showApp(instanceId: string): Promise<void>
}

/** Failures that come at once are told in a toast; those of the work itself are the job's. */
export function useProjectActions(): ProjectActions {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const save = useSaveDraft()
  return useMemo(() => {
    const orNotify = async (title: string, work: () => Promise<unknown>) => {
      await work().catch(error => notifyError(error, title))
    }
    const onceOrNotify = (key: string, title: string, work: () => Promise<unknown>) =>
      orNotify(title, () => once(key, work))
    const opened = async (path: string) => {
      view.openProject(path)
      await queries.invalidateQueries({ queryKey: orpc.projects.key() })
    }
    const saveFirst = async (path: string) => {
      if (useDrafts.getState().byPath[path]) await save(path)
    }
    const actions: ProjectActions = {
      open: path => orNotify(t`The folder could not be opened`, () => actions.tryOpen(path)),
      async tryOpen(path) {
        if (isBundlePath(path)) {
          openDialog({ kind: 'publish', paths: [path] })
          return false
        }
        try {
          await opened((await client.projects.open({ path })).path)
          return true
        } catch (thrown) {
          const error = toAppError(thrown)
          if (!lacksManifest(error)) throw error
          openDialog({ kind: 'init-project', path, reason: error })
          return false
        }
      },
      async choose(canPick) {
        if (!canPick) return openDialog({ kind: 'open-project' })
        await onceOrNotify('pick', t`The folder could not be opened`, async () => {
          const picked = await client.system.pickFolder()
          if (picked) await actions.open(picked.path)
        })
      },
      sample: () =>
        onceOrNotify('sample', t`The sample app could not be opened`, async () =>
          opened((await client.projects.sample()).path)
        ),
      pin: (path, pinned) =>
        orNotify(pinned ? t`The project was not pinned` : t`The project is still pinned`, async () => {
          await client.projects.pin({ path, pinned })
          await queries.invalidateQueries({ queryKey: orpc.projects.recent.key() })
        }),
      run: (path, { save: first } = { save: true }) =>
        onceOrNotify(`run ${path}`, t`The app was not run`, async () => {
          if (first) await saveFirst(path)
          const last = lastRunOf(queries, orpc, path)
          const { jobId } = await client.projects.run({
            path,
            ...runInput(path),
            ...(last && { replaces: last.id })
          })
          view.ranWith(path, jobId)
        }),
      publish: (path, visibility, deploy = false) =>
        onceOrNotify(
          `publish ${path}`,
          deploy ? t`The app was not deployed` : t`The app was not published`,
          async () => {
            await saveFirst(path)
            const { jobId } = await client.projects.publish({ path, visibility, deploy, wait: deploy })
            setPublishJob(path, jobId)
          }
        ),
      openPublish: paths =>
        orNotify(t`The project could not be saved`, async () => {
          for (const path of paths) await saveFirst(path)
          openDialog({ kind: 'publish', paths })
        }),
      setVersion: (path, from, to) =>
        orNotify(t`The version was not changed`, async () => {
          await saveFirst(path)
          await client.publishing.setVersion({ path, from, to })
          await Promise.all([
            queries.invalidateQueries({ queryKey: orpc.projects.key() }),
            queries.invalidateQueries({ queryKey: orpc.publishing.key() })
          ])
        }),
      async setMemoryLimit(path, limit) {
        let done = false
        await orNotify(t`MemoryLimit was not changed`, async () => {
          await saveFirst(path)
          const { setValue } = await import('#shared/manifest-text/edit.ts')
          const { text, revision } = await client.projects.manifest({ path })
          const edits = setValue(text, ['Runtime', 'MemoryLimit'], limit)
          await client.projects.save({ path, text: applyEdits(text, edits), revision })
          done = true
          await queries.invalidateQueries({ queryKey: orpc.projects.key() })
        })
        return done
      },
      addRequirements: (path, requirements) =>
        orNotify(t`requirements.txt was not changed`, async () => {
          await client.projects.addRequirements({ path, requirements: [...requirements] })
          checkAgain(path)
          await queries.invalidateQueries({ queryKey: orpc.projects.key() })
        }),
      bundle: path =>
        onceOrNotify(`bundle ${path}`, t`The bundle was not written`, async () => {
          await saveFirst(path)
          await client.projects.bundle({ path })
        }),
      showApp: id =>
        orNotify(t`The app could not be shown`, async () => {
          await client.system.showApp({ id })
          markOpened(id)
        }),
      cancel: jobId => orNotify(t`The job could not be cancelled`, () => client.jobs.cancel({ id: jobId }))
    }
    return actions
  }, [client, orpc, queries, save])
}

/** The local run of a project that is on screen: the next one takes its place, and its log goes on. */
function lastRunOf(queries: QueryClient, orpc: Host['orpc'], path: string): Instance | undefined {
  const { queryKey } = orpc.projects.manifest.queryOptions({ input: { path } })
  const name = queries.getQueryData(queryKey)?.manifest?.App.Name
  return localRunOf(queries.getQueryData<Instance[]>(INSTANCES_KEY), name)
}

/** Publishing for everyone is asked once: it cannot be unseen. */
export function confirmAllUsers(title: string, onConfirm: () => void): void {
  confirm({
    title: t`Publish for all users?`,
    text: t`Everyone on this platform will see ${title} in the catalog and can run it. You can make it
      private again later; instances others started stay.`,
    action: t`Publish for all users`,
    onConfirm
  })
}
