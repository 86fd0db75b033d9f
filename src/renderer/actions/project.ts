/** Actions on a project; used by several parts of the window. */
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Visibility } from '#shared/app.ts'
import { t } from '#shared/language.ts'
import { useHost } from '../host/client.ts'
import { useSaveDraft } from '../manifest/manifest.ts'
import { confirm } from '../window/dialogs.ts'
import { markOpened } from './opened.ts'
import { addRequirements, setMemoryLimit, setVersion } from './project-changes.ts'
import { cancelJob, openPublish, publish, run, writeBundle } from './project-jobs.ts'
import { choose, open, openSample, pin, tryOpen } from './project-open.ts'
import { type ProjectWork, withNotice } from './project-work.ts'

export interface ProjectActions {
  /** Opens a folder; offers to create a missing manifest, and shows a bundle in the publish sheet. */
  open(path: string): Promise<void>
  /** The same, but throws the reason the folder cannot be opened; false if a dialog continues instead. */
  tryOpen(path: string): Promise<boolean>
  /** Lets the user choose a folder in the host's dialog, or type its path. */
  choose(canPick: boolean): Promise<void>
  sample(): Promise<void>
  /** Pins a project before the recent ones, or unpins it. */
  pin(path: string, pinned: boolean): Promise<void>
  /** Runs a project on this computer; saves unsaved changes first unless `save` is false. */
  run(path: string, options?: { save: boolean }): Promise<void>
  /** Shows the publish sheet for folders and bundles; saves their unsaved text first. */
  openPublish(paths: readonly string[]): Promise<void>
  publish(path: string, visibility: Visibility, deploy?: boolean): Promise<void>
  /** Writes the next version into the manifest. */
  setVersion(path: string, from: string, to: string): Promise<void>
  /** Writes the manifest's MemoryLimit; shows an error and returns false if that fails. */
  setMemoryLimit(path: string, limit: string): Promise<boolean>
  /** Adds lines to the project's requirements.txt. */
  addRequirements(path: string, requirements: readonly string[]): Promise<void>
  bundle(path: string): Promise<void>
  cancel(jobId: string): Promise<void>
  /** Shows a running app in a window of the host's. */
  showApp(instanceId: string): Promise<void>
}

/** A toast shows failures to start a job; the job shows failures of the work itself. */
export function useProjectActions(): ProjectActions {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const save = useSaveDraft()
  return useMemo(() => projectActions({ client, orpc, queries, save }), [client, orpc, queries, save])
}

function projectActions(work: ProjectWork): ProjectActions {
  return {
    open: path => open(work, path),
    tryOpen: path => tryOpen(work, path),
    choose: canPick => choose(work, canPick),
    sample: () => openSample(work),
    pin: (path, pinned) => pin(work, path, pinned),
    run: (path, options) => run(work, path, options),
    openPublish: paths => openPublish(work, paths),
    publish: (path, visibility, deploy = false) => publish(work, path, visibility, deploy),
    setVersion: (path, from, to) => setVersion(work, path, from, to),
    setMemoryLimit: (path, limit) => setMemoryLimit(work, path, limit),
    addRequirements: (path, requirements) => addRequirements(work, path, requirements),
    bundle: path => writeBundle(work, path),
    cancel: jobId => cancelJob(work, jobId),
    showApp: instanceId => showApp(work, instanceId)
  }
}

/** Shows a running app in a window of the host's. */
function showApp({ client }: ProjectWork, id: string): Promise<void> {
  return withNotice(t`The app could not be shown`, async () => {
    await client.system.showApp({ id })
    markOpened(id)
  })
}

/** Asks before publishing for everyone: users may see it before it can be hidden again. */
export function confirmAllUsers(title: string, onConfirm: () => void): void {
  confirm({
    title: t`Publish for all users?`,
    text: t`Everyone on this platform will see ${title} in the catalog and can run it. You can make it
      private again later; instances others started stay.`,
    action: t`Publish for all users`,
    onConfirm
  })
}
