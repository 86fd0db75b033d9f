/** The stages of long work: codes with arguments, and their text, which is made when it is shown. */
import { z } from 'zod'
import { START_PHASES } from './instance.ts'
import { t } from './language.ts'
import { InstanceAct } from './upkeep.ts'

/** Stages that need no argument. */
export const PLAIN_STAGES = [
  'preparing',
  'queued',
  'checking',
  'bundling',
  'reading-bundle',
  'uploading',
  'importing',
  'stopping-last-run',
  'creating-instance',
  'building-image',
  'saving-image',
  'checking-image',
  'loading-image',
  'downloading-update',
  'copying-home',
  'checking-copy',
  'checking-backup',
  'restoring-home'
] as const

export const Stage = z.discriminatedUnion('code', [
  z.object({ code: z.enum(PLAIN_STAGES) }),
  /** An instance that starts, until it is ready. */
  z.object({ code: z.literal('starting-instance'), phase: z.enum(START_PHASES) }),
  /** One act on several things; `ended` of them are finished. */
  z.object({ code: z.literal('acting'), act: InstanceAct, ended: z.int().min(0), all: z.int().min(0) }),
  /** The job can be undone until then, in milliseconds since the epoch; `seconds` are left. */
  z.object({ code: z.literal('undo-wait'), until: z.number(), seconds: z.int().min(1) }),
  /** A sentence from a job record older than stage codes. Not for new jobs. */
  z.object({ code: z.literal('text'), text: z.string() })
])
export type Stage = z.infer<typeof Stage>

/** A stage that work can report. */
export type ReportedStage = Exclude<Stage, { code: 'text' }>

const PLAIN_TEXTS: Readonly<Record<(typeof PLAIN_STAGES)[number], () => string>> = {
  preparing: () => t`Preparing`,
  queued: () => t`Waiting for its turn`,
  checking: () => t`Checking`,
  bundling: () => t`Bundling`,
  'reading-bundle': () => t`Reading the bundle`,
  uploading: () => t`Uploading`,
  importing: () => t`Importing`,
  'stopping-last-run': () => t`Stopping the last run`,
  'creating-instance': () => t`Creating the instance`,
  'building-image': () => t`Building`,
  'saving-image': () => t`Saving`,
  'checking-image': () => t`Checking the file`,
  'loading-image': () => t`Loading`,
  'downloading-update': () => t`Downloading`,
  'copying-home': () => t`Copying`,
  'checking-copy': () => t`Checking what was written`,
  'checking-backup': () => t`Checking the backup`,
  'restoring-home': () => t`Restoring`
}

const PHASE_TEXTS: Readonly<Record<(typeof START_PHASES)[number], () => string>> = {
  waiting: () => t`Waiting`,
  fetching: () => t`Fetching the bundle`,
  unpacking: () => t`Unpacking`,
  installing: () => t`Installing requirements`,
  starting: () => t`Starting the app`
}

const ACT_TEXTS: Readonly<Record<InstanceAct, (ended: number, all: number) => string>> = {
  stop: (ended, all) => t`Stopping ${ended} of ${all}`,
  start: (ended, all) => t`Starting ${ended} of ${all}`,
  restart: (ended, all) => t`Restarting ${ended} of ${all}`,
  remove: (ended, all) => t`Removing ${ended} of ${all}`
}

/** `Uploading`, `Stopping 2 of 5`: in the reader's language. */
export function stageText(stage: Stage): string {
  switch (stage.code) {
    case 'starting-instance':
      return PHASE_TEXTS[stage.phase]()
    case 'acting':
      return ACT_TEXTS[stage.act](stage.ended, stage.all)
    case 'undo-wait':
      return t`Removing in ${stage.seconds} s`
    case 'text':
      return stage.text
    default:
      return PLAIN_TEXTS[stage.code]()
  }
}

/** Whether two stages are the same, with the same arguments. */
export function isSameStage(one: Stage, other: Stage): boolean {
  return one.code === other.code && JSON.stringify(one) === JSON.stringify(other)
}
