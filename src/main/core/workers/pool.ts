/** A few worker threads that take tasks from one queue. Made for one piece of work and closed after it. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export interface WorkerPool<Task, Result> {
  /** Rejects when a worker dies or the pool is closed. Order of results is the caller's business. */
  run(task: Task): Promise<Result>
  close(): Promise<void>
}

/** Tasks a worker is given ahead, so that it need not wait for the next. */
const AHEAD = 2

interface Pending<Task, Result> {
  readonly id: number
  readonly task: Task
  resolve(result: Result): void
  reject(error: unknown): void
}

interface Member<Task, Result> {
  readonly worker: Worker
  readonly pending: Map<number, Pending<Task, Result>>
}

/** `name` is that of the worker's file, without `.js`; it answers `{id, task}` with `{id, result}`. */
export function createWorkerPool<Task, Result>(
  name: string,
  role: string,
  size: number
): WorkerPool<Task, Result> {
  const file = workerFile(name)
  const members: Member<Task, Result>[] = []
  const queue: Pending<Task, Result>[] = []
  let nextId = 0
  let closed: Error | undefined

  function startMember(): Member<Task, Result> {
    const worker = new Worker(file, { workerData: { role }, name: role })
    const member: Member<Task, Result> = { worker, pending: new Map() }
    worker.on('message', ({ id, result }: { id: number; result: Result }) => {
      const pending = member.pending.get(id)
      member.pending.delete(id)
      feed()
      pending?.resolve(result)
    })
    worker.on('error', error => fail(error))
    worker.on('exit', code => fail(new Error(`A ${role} worker ended with code ${code}.`)))
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
      await Promise.all(members.map(member => member.worker.terminate()))
    }
  }
}

/** Beside this file in a checkout; in a build beside the entry points, while this code may be in a chunk below them. */
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
