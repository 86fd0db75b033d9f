/**
 * The worker's side of a pool: takes tasks from its port, and stops between two steps when the pool closes. It stops
 * only there because Node ends the whole process if a thread is ended by force while it creates a zlib stream. Plain
 * JavaScript, because a Node 20 worker cannot load TypeScript source.
 */
import { parentPort, workerData } from 'node:worker_threads'

/** Indexes into the memory that a worker shares with its pool. */
export const STOP = 0
export const TASKS = 1

/**
 * `STOP` is 1 once the pool closes, `TASKS` counts the running tasks. Undefined in a thread that is not part of a pool.
 * @type {Int32Array | undefined}
 */
const state = workerData?.state

class StopError extends Error {}

function isStopped() {
  return state !== undefined && Atomics.load(state, STOP) === 1
}

/** A task calls this between its steps; it throws once the pool closes. */
export function throwIfStopped() {
  if (isStopped()) throw new StopError('The pool was closed.')
}

/**
 * Answers each `{id, task}` with `{id, result}`, if this thread was started for that role.
 * @template Task, Result
 * @param {string} role
 * @param {(task: Task) => Result | Promise<Result>} perform
 * @param {(result: Result) => ArrayBuffer[]} transferOf Buffers to transfer instead of copying.
 */
export function serveTasks(role, perform, transferOf = () => []) {
  const port = parentPort
  if (!port || !state || workerData.role !== role) return
  port.on('message', async ({ id, task }) => {
    Atomics.add(state, TASKS, 1)
    try {
      // Checked after the task is counted: the pool reads the count after it sets STOP.
      throwIfStopped()
      const result = await perform(task)
      if (!isStopped()) port.postMessage({ id, result }, transferOf(result))
    } catch (error) {
      if (!(error instanceof StopError)) throw error
    } finally {
      Atomics.sub(state, TASKS, 1)
      Atomics.notify(state, TASKS)
      // Without its port the worker has nothing left to do, so it exits.
      if (isStopped()) port.close()
    }
  })
}
