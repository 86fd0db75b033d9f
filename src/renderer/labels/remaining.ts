/** The remaining time of a stage, shown only if it can be estimated reliably. */
import type { Job } from '#shared/job.ts'
import { t } from '#shared/language.ts'
import type { Stage } from '#shared/stage.ts'

const LEAST_MS = 3_000
const LEAST_PERCENT = 10

/**
 * Milliseconds the current stage has taken, given the milliseconds passed since the job began. Uses only differences
 * between the job's own times: their clock may differ from this computer's.
 */
export function stageMs({ startedAt, stages }: Job, passed: number): number {
  const begun = stages.at(-1)?.startedAt ?? startedAt
  return Math.max(0, passed - (new Date(begun).getTime() - new Date(startedAt).getTime()))
}

/**
 * Milliseconds left in a stage, given the milliseconds taken; undefined if too little is done, or if the stage reports
 * no percentage.
 */
export function remainingMs(percent: number | undefined, taken: number): number | undefined {
  if (percent === undefined || percent < LEAST_PERCENT || percent >= 100) return undefined
  return taken < LEAST_MS ? undefined : (taken * (100 - percent)) / percent
}

/** Explains why a stage takes long; shown after ten seconds. */
export function slowReason({ stage, kind }: Pick<Job, 'stage' | 'kind'>): string | undefined {
  if (stage.code === 'starting-instance') return REASONS_OF_STARTS[stage.phase]
  if (stage.code === 'acting' || stage.code === 'undo-wait' || stage.code === 'text')
    return REASONS_OF_MANY[kind]
  return REASONS[stage.code]
}

type PlainCode = Exclude<Stage['code'], 'starting-instance' | 'acting' | 'undo-wait' | 'text'>
type Phase = Extract<Stage, { code: 'starting-instance' }>['phase']

/** Reasons for stages that do one thing; undefined if nothing takes long, or the stage's label says enough. */
const REASONS: Readonly<Record<PlainCode, string | undefined>> = {
  preparing: t`Opening the platform and checking the request.`,
  queued: t`One app is bundled and imported at a time.`,
  checking: t`Every file that goes in is scanned for secrets.`,
  bundling: t`Large files take their time the first time; the next bundle reuses what has not changed.`,
  'reading-bundle': t`Every byte of it is checked.`,
  uploading: t`It continues where it was if the connection breaks.`,
  importing: t`Every byte of the bundle is checked before it is an app.`,
  'stopping-last-run': t`An app that does not end when it is asked is given some seconds, then ended.`,
  'creating-instance': t`Creating the container.`,
  'building-image': t`The first time the base image and its packages are fetched. The output of this job says
    what it does.`,
  'saving-image': undefined,
  'checking-image': t`Large files take their time.`,
  'loading-image': undefined,
  'downloading-update': t`It is checked when it is whole; nothing is installed before that.`,
  'copying-home': undefined,
  'checking-copy': undefined,
  'checking-backup': undefined,
  'restoring-home': undefined
}

const REASONS_OF_STARTS: Readonly<Record<Phase, string>> = {
  waiting: t`The engine has not begun yet.`,
  fetching: t`Large bundles take their time.`,
  unpacking: t`Large bundles take their time.`,
  installing: t`The first time packages are fetched; later starts reuse them.`,
  starting: t`The app loads its modules and data. Its log says what it does.`
}

/** Reasons for jobs on several items, such as `Stopping 2 of 5`. */
const REASONS_OF_MANY: Readonly<Partial<Record<Job['kind'], string>>> = {
  start: t`The engine makes a place for each.`,
  restart: t`Each is asked to end, then starts again.`,
  stop: t`An app that does not end when it is asked is given some seconds, then ended.`,
  remove: t`What runs is stopped first; large logs and volumes take their time.`,
  'clean-up': t`What runs is stopped first; large logs and volumes take their time.`
}
