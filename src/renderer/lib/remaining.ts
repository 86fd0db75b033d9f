/** How long a stage will go on, said only where it can be told honestly. */
import type { Job } from '#shared/job.ts'

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
export function slowReason(stage: string): string | undefined {
  // `Stopping 2 of 5`: each takes its own time.
  return REASONS[stage] ?? REASONS[stage.split(' ')[0] ?? '']
}

const REASONS: Readonly<Record<string, string>> = {
  Preparing: 'The platform is opened, and what is wanted is looked at.',
  'Waiting for its turn': 'One app is bundled and imported at a time.',
  Checking: 'Every file that goes in is looked at for secrets.',
  Bundling: 'Large files take their time the first time; the next bundle reuses what has not changed.',
  'Reading the bundle': 'Every byte of it is checked.',
  Uploading: 'It goes on where it was if the connection breaks.',
  Downloading: 'It is checked when it is whole; nothing is installed before that.',
  Importing: 'Every byte of the bundle is checked before it is an app.',
  Building:
    'The first time the base image and its packages are fetched. The output of this job says what it does.',
  Waiting: 'The engine has not begun yet.',
  'Fetching the bundle': 'Large bundles take their time.',
  Unpacking: 'Large bundles take their time.',
  'Installing requirements': 'The first time packages are fetched; later starts reuse them.',
  'Creating the instance': 'The engine makes a place for it.',
  Starting: 'The engine makes a place for each.',
  Restarting: 'Each is asked to end, then starts again.',
  Stopping: 'An app that does not end when it is asked is given some seconds, then ended.',
  Removing: 'What runs is stopped first; large logs and volumes take their time.',
  'Starting the app': 'The app loads its modules and data. Its log says what it does.'
}
