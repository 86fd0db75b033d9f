/** The shells of one host: what they wrote is kept until it was read, in bounds; one nobody reads is closed. */
import { randomUUID } from 'node:crypto'
import { StringDecoder } from 'node:string_decoder'
import { createSignal } from '#core/async/emitter.ts'
import type { EngineShell, TerminalSize } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { MAX_SHELLS, type ShellPage } from '#shared/shell.ts'
import { requireOwned } from './apps.ts'
import type { LocalContext } from './context.ts'
import * as records from './instance-records.ts'
import { isEnded } from './instance-state.ts'
import type { Observer } from './observe.ts'

/** UTF-16 units kept unread; a shell that writes more waits for its reader. */
const UNREAD = 256 * 1024
/** Milliseconds without a reader after which a shell is closed: its window is gone. */
const UNREAD_FOR = 60_000

interface Session {
  read(from: number, waitMs: number, signal?: AbortSignal): Promise<ShellPage>
  readonly shell: EngineShell
  close(): Promise<void>
}

export function createShells(context: LocalContext, observer: Observer, idleMs = UNREAD_FOR) {
  const sessions = new Map<string, Session>()
  let opening = 0

  async function open({ id, ...size }: TerminalSize & { id: string }, signal?: AbortSignal) {
    const row = records.requireRow(await context.store(), id, context.user)
    requireOwned(row, context.user)
    const { openShell } = observer.engineOf(row)
    if (!openShell) throw noShells()
    const { state, engineGone } = await observer.observe(row, 0, signal)
    if (isEnded(state)) throw notRunning(row)
    if (engineGone !== undefined) throw new AppError('UNAVAILABLE', engineGone)
    if (sessions.size + opening >= MAX_SHELLS) throw tooMany()
    opening++
    try {
      const shell = await openShell(id, size, signal)
      const shellId = randomUUID()
      const session = createSession(shell, idleMs, () => sessions.delete(shellId))
      sessions.set(shellId, session)
      return { shellId }
    } finally {
      opening--
    }
  }

  function require(shellId: string): Session {
    const session = sessions.get(shellId)
    if (session) return session
    throw new AppError('NOT_FOUND', t`This shell has ended.`, t`Open a new one.`)
  }

  return {
    open,
    read: async (it: { shellId: string; from: number; waitMs: number }, signal?: AbortSignal) =>
      require(it.shellId).read(it.from, it.waitMs, signal),
    write: async ({ shellId, text }: { shellId: string; text: string }) => require(shellId).shell.write(text),
    resize: async ({ shellId, ...size }: TerminalSize & { shellId: string }) =>
      require(shellId).shell.resize(size),
    close: async ({ shellId }: { shellId: string }) => sessions.get(shellId)?.close(),
    async closeAll() {
      await Promise.all([...sessions.values()].map(session => session.close()))
    }
  }
}

function createSession(shell: EngineShell, idleMs: number, forget: () => void): Session {
  const closing = new AbortController()
  const written = createSignal<void>()
  const taken = createSignal<void>()
  let unread = ''
  /** Position of the first unit of `unread`. */
  let start = 0
  let end: ShellPage['end']
  const idle = setTimeout(() => void close(), idleMs)
  idle.unref()
  void pump()

  async function pump() {
    const decoder = new StringDecoder('utf8')
    try {
      for await (const chunk of shell.output) {
        unread += decoder.write(Buffer.from(chunk))
        written.emit()
        while (unread.length > UNREAD) await taken.next(closing.signal)
      }
    } catch {
      // It was closed, or the engine went away: either way there is no more of it.
    }
    const exitCode = await shell.exitCode().catch(() => undefined)
    end = exitCode === undefined ? {} : { exitCode }
    written.emit()
  }

  async function read(from: number, waitMs: number, signal?: AbortSignal): Promise<ShellPage> {
    idle.refresh()
    if (from > start) {
      const read = Math.min(from - start, unread.length)
      unread = unread.slice(read)
      start += read
      taken.emit()
    }
    if (unread === '' && !end && waitMs > 0) {
      const until = AbortSignal.any([AbortSignal.timeout(waitMs), ...(signal ? [signal] : [])])
      await written.next(until).catch(() => signal?.throwIfAborted())
      idle.refresh()
    }
    return { text: unread, next: start + unread.length, ...(end ? { end } : {}) }
  }

  async function close() {
    clearTimeout(idle)
    closing.abort()
    forget()
    await shell.close()
  }

  return { shell, read, close }
}

function noShells(): AppError {
  return new AppError(
    'UNSUPPORTED',
    t`This instance runs as a plain process of this computer: there is nothing to open a shell in.`,
    t`Use a terminal of this computer, or run the app with Docker.`
  )
}

function notRunning({ id, name, version }: records.InstanceRow): AppError {
  return new AppError(
    'CONFLICT',
    t`The instance ${id} of ${name} ${version} does not run.`,
    t`Start it first: q8s-cli instance start ${id}`
  )
}

function tooMany(): AppError {
  return new AppError('CONFLICT', t`${MAX_SHELLS} shells are open already.`, t`Close one of them first.`)
}
