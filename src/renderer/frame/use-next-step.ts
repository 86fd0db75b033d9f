/** The next step for the project in the window, used by the header's button and the palette. */
import { t } from '#shared/language.ts'
import type { Project } from '#shared/project.ts'
import { bumpVersion, isSemver } from '#shared/version.ts'
import { type NextStep, nextStep } from '../actions/next-step.ts'
import { openApp, useOpened } from '../actions/opened.ts'
import { useProjectActions } from '../actions/project.ts'
import { useRunJob } from '../actions/run-job.ts'
import { localRunOf, useApps, useHostInfo, useInstances } from '../host/queries.ts'
import { useDrafts } from '../manifest/drafts.ts'
import { useChecked } from '../manifest/manifest.ts'
import { revealFinding } from '../window/reveal.ts'
import { useView, view } from '../window/view.ts'

/** The next step for the project in the window, and the function that takes it. */
export function useNextStep(): { readonly step: NextStep; readonly take: () => void } {
  const path = useView(state => state.projectPath)
  const { findings, manifest } = useChecked(path)
  const unsaved = useDrafts(({ byPath }) => path !== undefined && byPath[path] !== undefined)
  const instance = localRunOf(useInstances(), manifest?.App.Name)
  const job = useRunJob(path)
  const opened = useOpened(instance?.id)
  const apps = useApps().data
  const actions = useProjectActions()
  const info = useHostInfo()
  const version = manifest?.App.Version
  const published = apps?.filter(app => app.name === manifest?.App.Name) ?? []
  const step = nextStep({
    project: path !== undefined,
    ...{ findings, unsaved, instance, job, opened, version, published },
    nextVersion: version !== undefined && isSemver(version) ? bumpVersion(version, 'patch') : undefined
  })
  function take() {
    switch (step.kind) {
      case 'open-project':
        return void actions.choose(info?.canPickFolder ?? false)
      case 'fix':
        view.showDock('problems')
        return revealFinding(step.finding)
      case 'run':
      case 'save-and-run':
        return void (path !== undefined && actions.run(path))
      case 'open-app':
        return openApp(step.instanceId, step.url)
      case 'publish':
        return void (path !== undefined && actions.openPublish([path]))
      case 'bump':
        return void (path !== undefined && actions.setVersion(path, step.from, step.to))
      case 'wait':
        return view.showDock('jobs')
    }
  }
  return { step, take }
}

/** The title of the command that pins or unpins a project. */
export function pinLabel({ pinned }: Project): string {
  return pinned ? t`Unpin this project` : t`Pin this project`
}
