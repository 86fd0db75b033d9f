/** An open shell: its output is stored, up to a limit, until it is read; a shell that is not read is closed. */
import { StringDecoder } from 'node:string_decoder'
import type { ShellPage } from '#shared/shell.ts'
import { createEmitter } from '../async/emitter.ts'
import type { EngineShell } from '../ports.ts'

/** Limit of unread UTF-16 units; a shell that writes more waits for its reader. */
const UNREAD = 256 * 1024

export interface Session {
  read(from: number, waitMs: number, signal?: AbortSignal): Promise<ShellPage>
  readonly shell: EngineShell
  close(): Promise<void>
}

/** Closes after `idleMs` milliseconds without a reader. */
export function createSession(shell: EngineShell, idleMs: number, forget: () => void): Session {
  const closing = new AbortController()
  const written = createEmitter<void>()
  const taken = createEmitter<void>()
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
      // The shell was closed or the engine stopped: in both cases there is no more output.
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
