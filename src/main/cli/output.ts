/** Stdout for results, stderr for all else. Writes wait for the reader; they stop quietly if it closes stdout. */
import type { Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { neutralise } from '#shared/text.ts'

/** The reader of stdout is gone (`… | head`). This is not a failure: output has no reader any more. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}

export interface Output {
  readonly resultsAreTerminal: boolean
  readonly messagesAreTerminal: boolean
  /** Whether the terminal on stderr or stdout lacks support for control sequences. */
  readonly dumb: boolean
  /** The stderr stream, for questions. */
  readonly messages: NodeJS.WritableStream
  /** Colour may be used on stderr. */
  readonly colour: boolean
  /** The error that kept results from stdout, for example a full disk; not set if the reader is gone. */
  readonly lost: unknown
  /** Whether anything was written to stdout yet. */
  readonly begun: boolean
  /** Writes the text unchanged to stdout and waits until there is room for more. Throws OutputClosed. */
  write(text: string): Promise<void>
  /** A line on stderr; nothing when quiet. */
  note(line: string): void
  /** A line on stderr, even when quiet. */
  complain(line: string): void
  /** The current stage: one line that changes on a terminal, a line per change elsewhere, nothing when quiet. */
  progress(stage: string, percent?: number): void
  /** Removes the changing line. */
  endProgress(): void
  /** Size of the terminal on stdout; undefined if stdout is not a terminal. */
  size(): { readonly columns: number; readonly rows: number } | undefined
  /** Calls the listener when the size changes, until the returned function is called. */
  onResize(listener: () => void): () => void
  /** Resolves when everything is written. */
  flush(): Promise<void>
}

type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }

export interface OutputSettings {
  readonly quiet: boolean
  readonly colour: boolean
  /** The terminal does not support control sequences (TERM=dumb). */
  readonly dumb: boolean
  /** After it aborts, a reader that stalls is waited for only a moment. */
  readonly signal: AbortSignal
}

export function createOutput(stdout: Stream, stderr: Stream, settings: OutputSettings): Output {
  let closed = false
  let begun = false
  let line = ''
  let lastStage = ''
  let lost: unknown

  const close = () => {
    closed = true
  }
  stdout.on('error', error => {
    close()
    if (FULL.has((error as NodeJS.ErrnoException).code ?? '')) lost ??= error
  })
  stdout.on('close', close)
  // A closed stderr must not end the command: it carries only messages.
  stderr.on('error', () => {})

  async function write(text: string) {
    if (closed) throw new OutputClosed()
    begun ||= text !== ''
    if (text === '' || stdout.write(text)) return
    await room(stdout, settings.signal.aborted ? AbortSignal.timeout(MOMENT_MS) : settings.signal)
    if (closed) throw new OutputClosed()
  }

  function endProgress() {
    if (line === '') return
    line = ''
    stderr.write('\r\x1b[K')
  }

  function complain(text: string) {
    endProgress()
    stderr.write(`${stderr.isTTY ? neutralise(text) : text}\n`)
  }

  function progress(stage: string, percent?: number) {
    if (settings.quiet) return
    if (!stderr.isTTY || settings.dumb) {
      if (stage !== lastStage) stderr.write(`${stage}\n`)
      lastStage = stage
      return
    }
    const next = percent === undefined ? `${stage} …` : `${stage} … ${Math.floor(percent)} %`
    if (next === line) return
    line = next
    stderr.write(`\r\x1b[K${neutralise(next).slice(0, (stderr.columns || 80) - 1)}`)
  }

  return {
    resultsAreTerminal: stdout.isTTY === true,
    messagesAreTerminal: stderr.isTTY === true,
    dumb: settings.dumb,
    messages: stderr,
    colour: settings.colour && stderr.isTTY === true,
    get lost() {
      return lost
    },
    get begun() {
      return begun
    },
    write,
    note: text => {
      if (!settings.quiet) complain(text)
    },
    complain,
    progress,
    endProgress,
    // A terminal without a known size reports 0.
    size: () => (stdout.isTTY ? { columns: stdout.columns || 80, rows: stdout.rows || 24 } : undefined),
    onResize(listener) {
      stdout.on('resize', listener)
      return () => void stdout.off('resize', listener)
    },
    async flush() {
      const written = Promise.all([stdout, stderr].map(flushed))
      await (settings.signal.aborted ? Promise.race([written, pause(MOMENT_MS)]) : written)
    }
  }
}

const MOMENT_MS = 500
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** Resolves when the stream accepts more, when it has closed, or when the signal aborts. */
function room(stream: Stream, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      for (const event of ['drain', 'error', 'close']) stream.off(event, done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    for (const event of ['drain', 'error', 'close']) stream.on(event, done)
    signal.addEventListener('abort', done, { once: true })
  })
}

function flushed(stream: Stream): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return Promise.resolve()
  return new Promise(resolve => {
    stream.once('error', () => resolve())
    stream.once('close', () => resolve())
    stream.write('', () => resolve())
  })
}
