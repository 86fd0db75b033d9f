/** A few worker threads that take tasks from one queue. A pool is made for one piece of work and then closed. */
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { STOP, TASKS } from './serve.js'

export interface WorkerPool<Task, Result> {
  /** Rejects if a worker dies or the pool is closed. Results may come in any order. */
  run(task: Task): Promise<Result>
  /** Resolves when no worker runs any more. A running task ends at its next step. */
  close(): Promise<void>
}

export interface PoolOptions {
  /** The worker's file, without `.js`. It calls `serveTasks` with the role. */
  readonly name: string
  readonly role: string
  /** Limit of threads. */
  readonly size: number
  /**
   * Milliseconds after which a task that does not stop is ended by force. Leave it out for workers that create zlib
   * streams: Node ends the whole process if a thread is ended while it creates one. Such workers have short steps
   * instead.
   */
  readonly forceAfter?: number
}

/** Tasks queued at a worker, so that it does not wait for the next one. */
const AHEAD = 2
/** Milliseconds that `process.exit` waits for workers that must not be ended by force. */
const EXIT_MS = 2_000

interface Pending<Task, Result> {
  readonly id: number
  readonly task: Task
  resolve(result: Result): void
  reject(error: unknown): void
}

interface Member<Task, Result> {
  readonly worker: Worker
  /** Memory shared with the worker: see `serve.js`. */
  readonly state: Int32Array
  readonly exited: Promise<void>
  readonly pending: Map<number, Pending<Task, Result>>
}

export function createWorkerPool<Task, Result>(options: PoolOptions): WorkerPool<Task, Result> {
  const { role, size, forceAfter } = options
  const file = workerFile(options.name)
  const members: Member<Task, Result>[] = []
  const queue: Pending<Task, Result>[] = []
  let nextId = 0
  let closed: Error | undefined

  function startMember(): Member<Task, Result> {
    const state = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
    const worker = new Worker(file, { workerData: { role, state }, name: role })
    const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()))
    const member: Member<Task, Result> = { worker, state, exited, pending: new Map() }
    worker.on('message', ({ id, result }: { id: number; result: Result }) => {
      const pending = member.pending.get(id)
      member.pending.delete(id)
      feed()
      pending?.resolve(result)
    })
    worker.on('error', error => fail(error))
    worker.on('exit', code => fail(new Error(`A ${role} worker ended with code ${code}.`)))
    if (forceAfter === undefined) stopBeforeExit(member)
    return member
  }

  function feed(): void {
    while (queue.length > 0) {
      let member = members.reduce<Member<Task, Result> | undefined>(
        (best, other) => (best && best.pending.size <= other.pending.size ? best : other),
        undefined
      )
      if (members.length < size && (!member || member.pending.size > 0)) {
        member = startMember()
        members.push(member)
      }
      if (!member || member.pending.size >= AHEAD) return
      const next = queue.shift()
      if (!next) return
      member.pending.set(next.id, next)
      member.worker.postMessage({ id: next.id, task: next.task })
    }
  }

  function fail(error: Error): void {
    closed ??= error
    const waiting = [...queue.splice(0), ...members.flatMap(member => [...member.pending.values()])]
    for (const member of members) member.pending.clear()
    for (const pending of waiting) pending.reject(error)
  }

  return {
    run(task) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(closed)
        queue.push({ id: nextId++, task, resolve, reject })
        feed()
      })
    },
    async close() {
      fail(new AppError('CANCELLED', t`The work was ended.`))
      await Promise.all(members.map(member => stop(member, forceAfter)))
    }
  }
}

type Stoppable = Pick<Member<unknown, unknown>, 'worker' | 'state' | 'exited'>

/** Ends a worker without a task at once: it starts none after STOP is set. Other workers end after their next step. */
async function stop({ worker, state, exited }: Stoppable, forceAfter: number | undefined): Promise<void> {
  Atomics.store(state, STOP, 1)
  if (Atomics.load(state, TASKS) > 0) {
    if (forceAfter === undefined) return exited
    const waited = new AbortController()
    const late = pause(forceAfter, undefined, { signal: waited.signal }).catch(() => undefined)
    await Promise.race([exited, late])
    waited.abort()
  }
  await worker.terminate()
}

/** Workers that must not be ended by force; the end of the process would do that. */
const unforced = new Set<Stoppable>()

function stopBeforeExit(member: Stoppable): void {
  if (unforced.size === 0) process.once('exit', stopAllNow)
  unforced.add(member)
  void member.exited.then(() => {
    unforced.delete(member)
    if (unforced.size === 0) process.off('exit', stopAllNow)
  })
}

/** Blocks the thread while it waits: nothing else runs when the process exits. */
function stopAllNow(): void {
  const until = performance.now() + EXIT_MS
  for (const { state } of unforced) Atomics.store(state, STOP, 1)
  for (const { state } of unforced) {
    for (;;) {
      const tasks = Atomics.load(state, TASKS)
      const left = until - performance.now()
      if (tasks === 0 || left <= 0) break
      Atomics.wait(state, TASKS, tasks, left)
    }
  }
}

/**
 * The worker's file is beside this file in a checkout. In a build it is beside the entry points, and this code may be
 * in a chunk in a folder below.
 */
function workerFile(name: string): string {
  const candidates = [`./${name}.js`, `../${name}.js`].map(path =>
    fileURLToPath(new URL(path, import.meta.url))
  )
  const file = candidates.find(path => existsSync(path))
  if (file) return file
  throw new AppError(
    'INTERNAL',
    t`This installation of q8s is incomplete: ${name}.js is missing.`,
    t`Install it again.`
  )
}
