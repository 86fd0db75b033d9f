/** `exec --watch`: runs the project again after each change of its files, in the same instance with the same log. */
import type { Client } from '#shared/contract.ts'
import { AppError, isCancelled } from '#shared/errors.ts'
import type { Job } from '#shared/job.ts'
import type { ProjectChange } from '#shared/project.ts'
import { stageText } from '#shared/stage.ts'
import type { Context } from './context.ts'
import { complain } from './errors.ts'
import { removeInstance, showWhere, withoutLastLines } from './exec-end.ts'
import { followJob } from './jobs.ts'
import { writeLog } from './log.ts'

export type RunInput = Parameters<Client['projects']['run']>[0]

/**
 * Continues until it is interrupted. A failed run is reported, and the next change runs the project again. At the end
 * the instance is stopped and removed.
 */
export async function runWatching(context: Context, client: Client, request: RunInput): Promise<void> {
  const { output } = context
  const ending = new AbortController()
  const logEnding = new AbortController()
  const signal = AbortSignal.any([context.signal, ending.signal])
  const changed = createFlag()
  const runs = createFlag()
  let instanceId: string | undefined
  let logging: Promise<void> = Promise.resolve()

  async function followChanges() {
    for await (const change of await client.projects.changes({ path: request.path }, { signal })) {
      output.note(changeText(change))
      changed.raise()
    }
  }

  function begin(id: string) {
    output.endProgress()
    runs.raise()
    if (instanceId !== undefined) return
    instanceId = id
    const goOn = () => runs.wait(signal)
    // As in `exec`, the log ends after the app: `goOn` is false once no further run follows.
    logging = writeLog(context, client, id, { follow: true, timestamps: false, goOn }, logEnding.signal)
    // If the reader of the log is gone, everything ends.
    logging.catch(() => ending.abort())
  }

  function onChange(job: Job) {
    const id = job.result?.instanceId
    if (id === undefined) output.progress(stageText(job.stage), job.percent)
    else begin(id)
  }

  /** The job of a run; undefined if the project is missing for now, for example while a branch is checked out. */
  async function start(): Promise<string | undefined> {
    const replaces = instanceId === undefined ? {} : { replaces: instanceId }
    try {
      return (await client.projects.run({ ...request, ...replaces }, context)).jobId
    } catch (error) {
      if (instanceId === undefined || signal.aborted) throw error
      complain(output, error)
      return undefined
    }
  }

  /** Runs the project once. A change while the app starts stops that start. */
  async function runOnce() {
    const jobId = await start()
    if (jobId === undefined) return
    const interrupting = new AbortController()
    const interrupt = changed.peek(interrupting.signal).then(async raised => {
      const { result, state } = await client.jobs.get({ id: jobId })
      if (raised && state === 'running' && result?.instanceId)
        await client.platform.instances.stop({ id: result.instanceId })
    })
    try {
      const result = await followJob(context, client, jobId, { onChange, signal })
      if (result.instanceId === undefined) return
      // A job that ends soon may report its instance only at its end.
      if (instanceId === undefined) begin(result.instanceId)
      await showWhere(context, client, result.instanceId)
    } catch (error) {
      if (signal.aborted) throw error
      if (!isCancelled(error)) complain(output, withoutLastLines(error))
    } finally {
      interrupting.abort()
      await interrupt.catch(() => undefined)
    }
  }

  const following = followChanges()
  following.catch(() => ending.abort())
  try {
    do await runOnce()
    while (await changed.wait(signal))
    await following
    throw new AppError('CANCELLED', 'Cancelled.')
  } finally {
    ending.abort()
    if (instanceId !== undefined) await removeInstance(context, client, instanceId, logging)
    logEnding.abort()
  }
}

function changeText({ paths, count }: ProjectChange): string {
  const shown = paths.slice(0, 3).join(', ')
  return `Changed: ${shown}${count > 3 ? ` and ${count - 3} more` : ''}. Running again…`
}

/** A flag for an event that was not handled yet. */
function createFlag() {
  let raised = false
  let tell = () => {}

  /** True once the flag is raised; false if the signal aborts first. */
  async function peek(signal: AbortSignal): Promise<boolean> {
    while (!raised && !signal.aborted) {
      await new Promise<void>(resolve => {
        tell = combine(tell, resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return raised
  }

  return {
    raise() {
      raised = true
      const waiting = tell
      tell = () => {}
      waiting()
    },
    peek,
    /** Like `peek`, and lowers the flag. */
    async wait(signal: AbortSignal): Promise<boolean> {
      const was = await peek(signal)
      raised = false
      return was
    }
  }
}

function combine(first: () => void, second: () => void) {
  return () => {
    first()
    second()
  }
}
