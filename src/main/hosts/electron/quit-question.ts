/** The question before the app quits: which jobs it would cancel, and what to do with running instances. */
import { plural, t } from '#shared/language.ts'
import type { Settings } from '#shared/system.ts'

/** Stay; or quit, and keep or stop the running instances. */
export type QuitAnswer = 'stay' | 'keep' | 'stop'

export interface QuitQuestion {
  readonly message: string
  readonly detail: string
  /** The buttons in order, each with its answer. */
  readonly buttons: readonly (readonly [label: string, answer: QuitAnswer])[]
  readonly defaultId: number
  /** Present if the answer can be remembered, which is so if it is about instances. */
  readonly checkboxLabel?: string
}

/** Takes the titles of running jobs and instances; undefined if there is nothing to ask. */
export function quitQuestion(
  jobs: readonly string[],
  instances: readonly string[],
  onQuit: Settings['onQuit']
): QuitQuestion | undefined {
  const asks = onQuit === 'ask' && instances.length > 0
  if (jobs.length === 0) return asks ? aboutInstances(instances) : undefined
  if (asks) return aboutBoth(jobs, instances)
  const cancels = jobs.length > 1 ? t`Cancel them and quit` : t`Cancel it and quit`
  return {
    message: `${notDone(jobs)}.`,
    detail: sentences(cancelled(jobs), instances.length > 0 && settled(instances, onQuit)),
    buttons: [
      [cancels, onQuit === 'stop' ? 'stop' : 'keep'],
      [t`Stay`, 'stay']
    ],
    defaultId: 1
  }
}

function aboutInstances(instances: readonly string[]): QuitQuestion {
  return {
    message: `${running(instances)}.`,
    detail:
      instances.length > 1
        ? t`They can keep running; you will find them here next time.`
        : t`It can keep running; you will find it here next time.`,
    buttons: [
      [t`Keep running`, 'keep'],
      [t`Stop`, 'stop'],
      [t`Cancel`, 'stay']
    ],
    defaultId: 0,
    checkboxLabel: t`Do this every time`
  }
}

function aboutBoth(jobs: readonly string[], instances: readonly string[]): QuitQuestion {
  const goOn =
    instances.length > 1
      ? t`The instances can keep running; you will find them here next time.`
      : t`The instance can keep running; you will find it here next time.`
  return {
    message: t`${notDone(jobs)}, and ${running(instances)}.`,
    detail: sentences(cancelled(jobs), goOn),
    buttons: [
      [t`Quit and keep running`, 'keep'],
      [t`Quit and stop`, 'stop'],
      [t`Stay`, 'stay']
    ],
    defaultId: 2,
    checkboxLabel: t`Do this with instances every time`
  }
}

const notDone = ([first = '', ...others]: readonly string[]) =>
  others.length > 0
    ? plural(others.length + 1, 'job is not done yet', 'jobs are not done yet')
    : t`${first} is not done yet`

const running = ([first = '', ...others]: readonly string[]) =>
  others.length > 0
    ? plural(others.length + 1, 'instance is running', 'instances are running')
    : t`${first} is running`

const cancelled = (jobs: readonly string[]) =>
  jobs.length > 1
    ? t`Quitting cancels the jobs. Nothing is left half done.`
    : t`Quitting cancels the job. Nothing is left half done.`

function settled([first = '', ...others]: readonly string[], onQuit: Settings['onQuit']): string {
  const count = others.length + 1
  if (onQuit === 'stop')
    return count > 1
      ? plural(count, 'instance is stopped.', 'instances are stopped.')
      : t`${first} is stopped.`
  return count > 1
    ? plural(count, 'instance is kept running.', 'instances are kept running.')
    : t`${first} is kept running.`
}

const sentences = (...all: readonly (string | false)[]) => all.filter(Boolean).join(' ')
