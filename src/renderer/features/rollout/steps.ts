/** The four steps of a roll-out. Nothing is stored: their states are derived from the platform's state. */
import { type App, isDeployVersion } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { compareVersions } from '../../labels/versions.ts'

/** The project in the window, if it has the Name that is rolled out. */
export interface OwnProject {
  readonly path: string
  readonly version: string
  /** Number of problems that prevent bundling. */
  readonly errors: number
}

export interface Situation {
  /** The versions of one Name in the catalog. */
  readonly versions: readonly App[]
  readonly instances: readonly Instance[]
  readonly user: string | undefined
  readonly project: OwnProject | undefined
  /** The version to roll out; undefined means the highest. */
  readonly version: string | undefined
}

export type StepState = 'done' | 'now' | 'later' | 'failed'

export interface RollOut {
  /** Versions that can be rolled out, highest first. */
  readonly candidates: readonly string[]
  readonly version: string
  /** The new version, once it is imported. */
  readonly app: App | undefined
  /** The newest instance of the new version, which is used to check it. */
  readonly instance: Instance | undefined
  /** Older versions that all users still see, highest first. */
  readonly listed: readonly App[]
  /** Older versions that were hidden from the catalog after the new one was imported. */
  readonly delisted: readonly App[]
  readonly states: readonly [
    imported: StepState,
    checked: StepState,
    published: StepState,
    delisted: StepState
  ]
}

/** The state of the roll-out; undefined if there is no version and no project to roll out. */
export function rollOutOf(situation: Situation): RollOut | undefined {
  const { user, project } = situation
  const own = situation.versions
    .filter(
      app => (user === undefined || app.owner === user) && !app.ephemeral && !isDeployVersion(app.version)
    )
    .sort((a, b) => compareVersions(b.version, a.version))
  const numbers = new Set([...(project ? [project.version] : []), ...own.map(app => app.version)])
  const candidates = [...numbers].sort((a, b) => compareVersions(b, a))
  const wanted = situation.version
  const version = wanted !== undefined && numbers.has(wanted) ? wanted : candidates[0]
  if (version === undefined) return undefined
  const app = own.find(other => other.version === version)
  const instance = app && situation.instances.find(other => other.app.id === app.id)
  const older = own.filter(other => compareVersions(other.version, version) < 0)
  const listed = older.filter(other => other.visibility === 'ALL_USERS')
  const delisted = older.filter(
    other => other.visibility === 'PRIVATE' && app !== undefined && other.updatedAt > app.createdAt
  )
  return { candidates, version, app, instance, listed, delisted, states: statesOf(app, instance, listed) }
}

function statesOf(
  app: App | undefined,
  instance: Instance | undefined,
  listed: readonly App[]
): RollOut['states'] {
  const published = app?.visibility === 'ALL_USERS'
  const ready = instance?.state === 'ready'
  const checked = (): StepState => {
    if (!app) return 'later'
    if (instance?.state === 'failed' && !published) return 'failed'
    return ready || published ? 'done' : 'now'
  }
  const publishedState = (): StepState => (published ? 'done' : ready ? 'now' : 'later')
  const delisted = (): StepState => (!published ? 'later' : listed.length > 0 ? 'now' : 'done')
  return [app ? 'done' : 'now', checked(), publishedState(), delisted()]
}

/** A sentence on why a step cannot be undone now; undefined if it can. */
export function undoBlock(
  { app, instance, delisted }: RollOut,
  step: 'import' | 'publish'
): string | undefined {
  if (step === 'publish') {
    return delisted.length > 0
      ? t`To undo: show the older version again first, or users are left with none.`
      : undefined
  }
  if (app?.visibility === 'ALL_USERS') return t`To undo: make it private again first.`
  return instance && isRunning(instance) ? t`To undo: remove its instance first.` : undefined
}
