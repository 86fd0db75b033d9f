/** How long a stage will go on, said only where it can be told honestly. */
import type { Job } from '#shared/job.ts'
import { t } from '#shared/language.ts'

const LEAST_MS = 3_000
const LEAST_PERCENT = 10

/**
 * Milliseconds the present stage has taken of those that have passed since the job began: the job's own times are by
 * one clock, which may be another than this computer's by now.
 */
export function stageMs({ startedAt, stages }: Job, passed: number): number {
  const begun = stages.at(-1)?.startedAt ?? startedAt
  return Math.max(0, passed - (new Date(begun).getTime() - new Date(startedAt).getTime()))
}

/**
 * Milliseconds left of a stage that has taken so long; undefined before enough of it is done, and where it does not
 * count.
 */
export function remainingMs(percent: number | undefined, taken: number): number | undefined {
  if (percent === undefined || percent < LEAST_PERCENT || percent >= 100) return undefined
  return taken < LEAST_MS ? undefined : (taken * (100 - percent)) / percent
}

/** What takes long in a stage, for a wait of more than ten seconds. */
export function slowReason({ stage, kind }: Pick<Job, 'stage' | 'kind'>): string | undefined {
  return REASONS.get(stage) ?? REASONS_OF_MANY[kind]
}

/** By the stages of jobs that do one thing, in the words of the host. */
const REASONS: ReadonlyMap<string, string> = new Map([
  [t`Preparing`, t`The platform is opened, and what is wanted is looked at.`],
  [t`Waiting for its turn`, t`One app is bundled and imported at a time.`],
  [t`Checking`, t`Every file that goes in is scanned for secrets.`],
  [t`Bundling`, t`Large files take their time the first time; the next bundle reuses what has not changed.`],
  [t`Reading the bundle`, t`Every byte of it is checked.`],
  [t`Uploading`, t`It continues where it was if the connection breaks.`],
  [t`Downloading`, t`It is checked when it is whole; nothing is installed before that.`],
  [t`Checking the file`, t`Large files take their time.`],
  [t`Importing`, t`Every byte of the bundle is checked before it is an app.`],
  [
    t`Building`,
    t`The first time the base image and its packages are fetched. The output of this job says
    what it does.`
  ],
  [t`Waiting`, t`The engine has not begun yet.`],
  [t`Fetching the bundle`, t`Large bundles take their time.`],
  [t`Unpacking`, t`Large bundles take their time.`],
  [t`Installing requirements`, t`The first time packages are fetched; later starts reuse them.`],
  [t`Stopping the last run`, t`An app that does not end when it is asked is given some seconds, then ended.`],
  [t`Creating the instance`, t`Creating the container.`],
  [t`Starting the app`, t`The app loads its modules and data. Its log says what it does.`]
])

/** `Stopping 2 of 5`: each takes its own time. */
const REASONS_OF_MANY: Readonly<Partial<Record<Job['kind'], string>>> = {
  start: t`The engine makes a place for each.`,
  restart: t`Each is asked to end, then starts again.`,
  stop: t`An app that does not end when it is asked is given some seconds, then ended.`,
  remove: t`What runs is stopped first; large logs and volumes take their time.`,
  'clean-up': t`What runs is stopped first; large logs and volumes take their time.`
}
