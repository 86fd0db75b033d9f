/** The one question before the app is quit: what it would cancel, and what becomes of what runs. */
import type { Settings } from '#shared/system.ts'

/** Not to quit; or to, and what becomes of running instances. */
export type QuitAnswer = 'stay' | 'keep' | 'stop'

export interface QuitQuestion {
  readonly message: string
  readonly detail: string
  /** From the first on, with what each answers. */
  readonly buttons: readonly (readonly [label: string, answer: QuitAnswer])[]
  readonly defaultId: number
  /** Offered where the answer can be kept: it is that about instances. */
  readonly checkboxLabel?: string
}

/** By the titles of running jobs and instances; undefined where nobody needs to be asked. */
export function quitQuestion(
  jobs: readonly string[],
  instances: readonly string[],
  onQuit: Settings['onQuit']
): QuitQuestion | undefined {
  const asks = onQuit === 'ask' && instances.length > 0
  if (jobs.length === 0) return asks ? aboutInstances(instances) : undefined
  if (asks) return aboutBoth(jobs, instances)
  const cancels = jobs.length > 1 ? 'Cancel them and quit' : 'Cancel it and quit'
  return {
    message: `${notDone(jobs)}.`,
    detail: sentences(cancelled(jobs), instances.length > 0 && settled(instances, onQuit)),
    buttons: [
      [cancels, onQuit === 'stop' ? 'stop' : 'keep'],
      ['Stay', 'stay']
    ],
    defaultId: 1
  }
}

function aboutInstances(instances: readonly string[]): QuitQuestion {
  return {
    message: `${running(instances)}.`,
    detail: goOn(instances.length > 1 ? 'They' : 'It', instances.length > 1),
    buttons: [
      ['Keep running', 'keep'],
      ['Stop', 'stop'],
      ['Cancel', 'stay']
    ],
    defaultId: 0,
    checkboxLabel: 'Do this every time'
  }
}

function aboutBoth(jobs: readonly string[], instances: readonly string[]): QuitQuestion {
  const many = instances.length > 1
  return {
    message: `${notDone(jobs)}, and ${running(instances)}.`,
    detail: sentences(cancelled(jobs), goOn(many ? 'The instances' : 'The instance', many)),
    buttons: [
      ['Quit and keep running', 'keep'],
      ['Quit and stop', 'stop'],
      ['Stay', 'stay']
    ],
    defaultId: 2,
    checkboxLabel: 'Do this with instances every time'
  }
}

const notDone = (jobs: readonly string[]) =>
  jobs.length > 1 ? `${jobs.length} jobs are not done yet` : `${jobs[0]} is not done yet`

const running = (instances: readonly string[]) =>
  instances.length > 1 ? `${instances.length} instances are running` : `${instances[0]} is running`

const cancelled = (jobs: readonly string[]) =>
  `Quitting cancels ${jobs.length > 1 ? 'the jobs' : 'the job'}. Nothing is left half done.`

const goOn = (who: string, many: boolean) =>
  `${who} can go on without this window, and ${many ? 'are' : 'is'} here again at the next start.`

function settled(instances: readonly string[], onQuit: Settings['onQuit']): string {
  const becomes = onQuit === 'stop' ? 'stopped' : 'kept running'
  return instances.length > 1
    ? `${instances.length} instances are ${becomes}.`
    : `${instances[0]} is ${becomes}.`
}

const sentences = (...all: readonly (string | false)[]) => all.filter(Boolean).join(' ')
