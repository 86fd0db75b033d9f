/**
 * The worker's side of a pool: takes tasks from its port, and stops between two steps when the pool closes. Node ends
 * the whole process when a thread is ended by force in the instant in which it makes a zlib stream. Plain JavaScript, for
 * a worker of Node 20 loads nothing else from source.
 */
import { parentPort, workerData } from 'node:worker_threads'

/** Places in the memory that a worker shares with its pool. */
export const STOP = 0
export const TASKS = 1

/**
 * `STOP` is 1 once the pool closes, `TASKS` counts the tasks under way. Undefined in a thread that is not of a pool.
 * @type {Int32Array | undefined}
 */
const state = workerData?.state

class StopError extends Error {}

function isStopped() {
  return state !== undefined && Atomics.load(state, STOP) === 1
}

/** Called by a task between its steps: throws once the pool closes. */
export function throwIfStopped() {
  if (isStopped()) throw new StopError('The pool was closed.')
}

/**
 * Answers each `{id, task}` with `{id, result}`, where this thread was started for that role.
 * @template Task, Result
 * @param {string} role
 * @param {(task: Task) => Result | Promise<Result>} perform
 * @param {(result: Result) => ArrayBuffer[]} transferOf What is handed over instead of copied.
 */
export function serveTasks(role, perform, transferOf = () => []) {
  const port = parentPort
  if (!port || !state || workerData.role !== role) return
  port.on('message', async ({ id, task }) => {
    Atomics.add(state, TASKS, 1)
    try {
      // Asked after the task is counted: the pool reads the count after it has said stop.
      throwIfStopped()
      const result = await perform(task)
      if (!isStopped()) port.postMessage({ id, result }, transferOf(result))
    } catch (error) {
      if (!(error instanceof StopError)) throw error
    } finally {
      Atomics.sub(state, TASKS, 1)
      Atomics.notify(state, TASKS)
      // Without its port it has nothing left to do, and ends.
      if (isStopped()) port.close()
    }
  })
}
