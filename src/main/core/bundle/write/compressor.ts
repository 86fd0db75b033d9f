/** Compresses the content of a bundle: on worker threads, or in process if little work does not justify threads. */
import { setImmediate } from 'node:timers/promises'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { fileError } from '../../files/files.ts'
import {
  type ChunkResult,
  type EntriesResult,
  type Failure,
  perform,
  type Task
} from '../../workers/compress-worker.js'
import { createWorkerPool } from '../../workers/pool.ts'

export interface Compressor {
  entries(tasks: EntryTasks): Promise<EntriesResult>
  chunk(task: ChunkTask): Promise<ChunkResult>
  close(): Promise<void>
}

type EntryTasks = Extract<Task, { entries: unknown }>['entries']
type ChunkTask = Extract<Task, { chunk: unknown }>['chunk']
type Outcome = ReturnType<typeof perform>

/** With 0 threads it works on this thread and pauses between tasks, so that other work can run. */
export function createCompressor(threads: number): Compressor {
  const pool =
    threads > 0
      ? createWorkerPool<Task, Outcome>({ name: 'compress-worker', role: 'compress', size: threads })
      : undefined

  async function inProcess(task: Task): Promise<Outcome> {
    await setImmediate()
    return perform(task)
  }

  async function run(task: Task) {
    const outcome = await (pool ? pool.run(task) : inProcess(task))
    if ('failure' in outcome) throw failureError(outcome.failure)
    return outcome
  }

  return {
    entries: async entries => (await run({ entries })) as EntriesResult,
    chunk: async chunk => (await run({ chunk })) as ChunkResult,
    async close() {
      await pool?.close()
    }
  }
}

function failureError(failure: Failure): unknown {
  if (failure.changed) {
    return new AppError(
      'CONFLICT',
      t`${failure.file} changed or vanished while it was being bundled.`,
      t`Wait until the program that writes it has finished, or leave it out with a line in .q8signore. Then bundle again.`,
      { data: { file: failure.file } }
    )
  }
  const cause = Object.assign(new Error(failure.message), { code: failure.code })
  const error = fileError(cause, t`${failure.file} could not be read`)
  if (error instanceof AppError) return error
  return new AppError(
    'UNAVAILABLE',
    t`${failure.file} could not be read: ${failure.message}.`,
    t`Check the disk.`,
    {
      cause
    }
  )
}
