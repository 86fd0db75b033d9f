/** Everything the palette can do or show: pages, actions, projects, apps, instances. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { showFirstSteps } from '../actions/first-steps.ts'
import { runCommand } from '../actions/next-step.ts'
import { useProjectActions } from '../actions/project.ts'
import { useHost } from '../host/client.ts'
import { localRunOf, useApps, useHostInfo, useInstances, useRecentProjects } from '../host/queries.ts'
import { instanceMark, STATE_NAMES } from '../labels/instance.ts'
import { useChecked } from '../manifest/manifest.ts'
import { openDialog } from '../window/dialogs.ts'
import { onHostEvent } from '../window/host-events.ts'
import { keyLabel, useAllKeys } from '../window/keys.ts'
import { notifyError } from '../window/notify.tsx'
import { type PageId, useView, view } from '../window/view.ts'
import { PAGE_VIEWS } from './pages.tsx'
import { pinLabel, useNextStep } from './use-next-step.ts'

export interface Command {
  /** Stable across restarts: the palette remembers recently used commands by it. */
  readonly id: string
  readonly title: string
  /** `Action`, `Page`, `Project`: shown for commands that have no keys. */
  readonly kind: string
  /** Distinguishes commands with the same title. */
  readonly detail?: string | undefined
  readonly keys?: string
  readonly run: () => void
}

/** Runs menu commands, and shows the file or link that the system opened the app with. */
export function useHostEvents(commands: readonly Command[]): void {
  const { orpc } = useHost()
  const queries = useQueryClient()
  const latest = useRef(commands)
  latest.current = commands
  useEffect(
    () =>
      onHostEvent(event => {
        switch (event.kind) {
          case 'command':
            return latest.current.find(({ id }) => id === event.name)?.run()
          case 'bundle':
            return openDialog({ kind: 'bundle', file: event.path })
          case 'app':
            return show('catalog', event.name)
          case 'settings':
            for (const queryKey of [orpc.system.settings.key(), orpc.system.info.key()])
              void queries.invalidateQueries({ queryKey })
            return
          case 'job':
            return show('activity', event.id)
          case 'instance': {
            const known = latest.current.find(({ id }) => id === `instance:${event.id}`)
            // A window that has just opened has no instances yet.
            return known ? known.run() : show(event.ephemeral ? 'local' : 'instances', event.id)
          }
        }
      }),
    [orpc, queries]
  )
}

export function useCommands(): readonly Command[] {
  const actions = useActionCommands()
  const things = useThingCommands()
  const keys: Readonly<Record<string, string>> = useAllKeys()
  return useMemo(
    () => [
      ...[...actions, ...PAGE_COMMANDS].map(command => ({
        ...command,
        keys: keyLabel(keys[command.id] ?? '')
      })),
      ...things
    ],
    [actions, keys, things]
  )
}

const PAGE_COMMANDS = (Object.keys(PAGE_VIEWS) as PageId[]).map(
  (page): Command => ({
    id: `page:${page}`,
    title: PAGE_VIEWS[page].title,
    kind: t`Page`,
    run: () => view.go(page)
  })
)

function useActionCommands(): Command[] {
  const actions = useProjectActions()
  const canPick = useHostInfo()?.canPickFolder ?? false
  const path = useView(state => state.projectPath)
  const open = useRecentProjects().data?.find(project => project.path === path)
  const { step, take } = useNextStep()
  const { manifest } = useChecked(path)
  const run = runCommand(step, localRunOf(useInstances(), manifest?.App.Name))
  const action = (id: string, title: string, run: () => void): Command => ({
    id: `action:${id}`,
    title,
    kind: t`Action`,
    run
  })
  const always = [
    action('next', step.label, take),
    action('open', t`Open a folder…`, () => void actions.choose(canPick)),
    action('sample', t`New copy of the sample app`, () => void actions.sample()),
    action('palette', t`Find anything`, () => openDialog({ kind: 'palette' })),
    action('dock', t`Open or close the dock`, view.toggleDock),
    action('problems', t`Show problems`, () => view.showDock('problems')),
    action('jobs', t`Show jobs`, () => view.showDock('jobs')),
    action('first-steps', t`First steps`, () => showFirstSteps(true)),
    action('keys', t`Keyboard shortcuts`, () => openDialog({ kind: 'shortcuts' }))
  ]
  if (path === undefined) return always
  return [
    ...always,
    run ? action('run', run, () => void actions.run(path)) : action('run', step.label, take),
    action('publish', t`Publish…`, () => void actions.openPublish([path])),
    action('bundle', t`Bundle`, () => void actions.bundle(path)),
    ...(open ? [action('pin', pinLabel(open), () => void actions.pin(path, !open.pinned))] : []),
    action('close', t`Close project`, () => view.openProject(undefined))
  ]
}

function useThingCommands(): Command[] {
  const { client } = useHost()
  const actions = useProjectActions()
  const projects = useRecentProjects().data
  const apps = useApps().data
  const instances = useInstances()
  return useMemo(
    () => [
      ...(projects ?? [])
        .filter(project => project.exists)
        .map(project => ({
          id: `project:${project.path}`,
          title: project.title,
          kind: t`Project`,
          detail: project.path,
          run: () => void actions.open(project.path)
        })),
      ...(instances ?? []).filter(isRunning).map(instance => ({
        id: `stop:${instance.id}`,
        title: t`Stop ${instance.app.title}`,
        kind: t`Action`,
        detail: instanceMark(instance),
        run: () => void client.platform.instances.stop({ id: instance.id }).catch(notStopped)
      })),
      ...(instances ?? []).map(instance => ({
        id: `instance:${instance.id}`,
        title: instance.app.title,
        kind: t`Instance`,
        detail: `${instanceMark(instance)} · ${STATE_NAMES[instance.state]}`,
        run: () => show(instance.ephemeral ? 'local' : 'instances', instance.id)
      })),
      // Apps come newest first, so a Name gets the title of its newest version.
      ...[...new Map((apps ?? []).toReversed().map(app => [app.name, app])).values()].map(app => ({
        id: `app:${app.name}`,
        title: app.title,
        kind: t`App`,
        detail: app.name,
        run: () => show('catalog', app.name)
      }))
    ],
    [client, actions, projects, apps, instances]
  )
}

const notStopped = (error: unknown) => notifyError(error, t`The instance was not stopped`)

function show(page: PageId, id: string) {
  view.select(page, id)
  view.go(page)
}
