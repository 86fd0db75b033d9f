/** The hosts' own log of their errors, a JSON line each, in two size-limited files shared by all hosts of a home. */
import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { plainLine } from '#shared/text.ts'
import { fileError, openPlain } from '../files/files.ts'
import { createRedact, type Redact } from '../support/redact.ts'

/**
 * Bytes of one file, and number of files. A full file is followed by one with the next number; the oldest is removed.
 */
const FILE_BYTES = 1024 * 1024
const FILES = 2
/** Limits of characters in one entry, and of causes logged for one error. */
const MAX_ENTRY_CHARS = 16 * 1024
const MAX_CAUSES = 8
/** Bytes that `tail` reads from the end of each file. */
const TAIL_BYTES = 512 * 1024

/** No method that writes throws: if the log cannot be written, entries are lost. */
export interface HostLog {
  readonly folder: string
  /** Logs a message of our own, such as start or exit. */
  note(text: string): void
  /** Logs an error, and prints it on stderr. */
  error(error: unknown): void
  /** Logs an error that ends this process; the runtime prints it itself. */
  uncaught(error: unknown): void
  /** The end of the log as readable lines, oldest first. */
  tail(): Promise<string>
}

export interface HostLogOptions {
  readonly stateFolder: string
  /** The name of this host. */
  readonly host: string
  /** Secrets that this process knows. The platform's secrets are redacted when the log leaves this computer. */
  readonly secrets?: () => Iterable<string>
  readonly fileBytes?: number
}

export function createHostLog(options: HostLogOptions): HostLog {
  const { host, secrets = () => [], fileBytes = FILE_BYTES } = options
  const folder = join(options.stateFolder, 'log')
  let redact: Redact | undefined

  function note(text: string): void {
    try {
      const entry: Entry = { time: new Date().toISOString(), host, pid: process.pid, text }
      const line = `${JSON.stringify(entry)}\n`
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      // Synchronous and in one write: the process may be exiting, and other processes write the same file.
      appendFileSync(fileFor(folder, Buffer.byteLength(line), fileBytes), line, { mode: 0o600 })
    } catch {
      // The disk is full, or the folder is not writable.
    }
  }
  function uncaught(error: unknown): void {
    redact ??= createRedact(secrets())
    note(redact(bounded(wordsOf(error))))
  }

  return {
    folder,
    note,
    uncaught,
    error(error) {
      console.error(error)
      uncaught(error)
    },
    async tail() {
      const newest = numbersIn(await readdir(folder).catch(nothingThere)).slice(-FILES)
      const texts = []
      for (const number of newest) texts.push(await endOf(fileAt(folder, number)))
      return texts.join('').split('\n').map(rendered).join('')
    }
  }
}

const Entry = z.object({ time: z.string(), host: z.string(), pid: z.int(), text: z.string() })
type Entry = z.infer<typeof Entry>

const fileAt = (folder: string, number: number) => join(folder, `${number}.log`)

function numbersIn(names: readonly string[]): readonly number[] {
  const numbers = names.flatMap(name => /^(\d{1,12})\.log$/.exec(name)?.[1] ?? [])
  return numbers.map(Number).sort((a, b) => a - b)
}

/**
 * The file with room for this many bytes. No lock is needed: hosts that find the newest file full choose the same next
 * number, and removing an old file twice does no harm.
 */
function fileFor(folder: string, bytes: number, fileBytes: number): string {
  const numbers = numbersIn(readdirSync(folder))
  const newest = numbers.at(-1) ?? 1
  const size = statSync(fileAt(folder, newest), { throwIfNoEntry: false })?.size ?? 0
  if (size === 0 || size + bytes <= fileBytes) return fileAt(folder, newest)
  for (const number of numbers.slice(0, 1 - FILES)) removeQuietly(fileAt(folder, number))
  return fileAt(folder, newest + 1)
}

/** Windows does not remove a file that is being read; a later call will. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Ignored: see above.
  }
}

/** Stacks of an error and its causes. Other properties are left out: they may contain a call's input. */
function wordsOf(error: unknown): string {
  const words: string[] = []
  const left = [error]
  while (left.length > 0 && words.length < MAX_CAUSES) {
    const next = left.shift()
    words.push(`${words.length > 0 ? 'Caused by: ' : ''}${ownWords(next)}`)
    if (next instanceof AggregateError) left.push(...next.errors)
    if (next instanceof Error && next.cause !== undefined) left.push(next.cause)
  }
  return words.join('\n')
}

function ownWords(error: unknown): string {
  if (error instanceof Error) return String(error.stack ?? error)
  return typeof error === 'object' && error !== null ? 'an object that is no error' : String(error)
}

/** Keeps whole lines only: half of a secret would not be recognised when the log leaves this computer. */
function bounded(text: string): string {
  if (text.length <= MAX_ENTRY_CHARS) return text
  let room = MAX_ENTRY_CHARS
  const kept = text.split('\n').filter(line => {
    if (line.length > room) return false
    room -= line.length + 1
    return true
  })
  return [...kept, `[${text.length - kept.join('\n').length} characters are left out]`].join('\n')
}

/** Whole lines at the end of a file; empty if the file is gone. */
async function endOf(path: string): Promise<string> {
  await using file = await openPlain(path)
  if (!file) return ''
  const { size } = await file.stat()
  const start = Math.max(0, size - TAIL_BYTES)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
  const text = buffer.toString('utf8', 0, bytesRead)
  return start === 0 ? text : text.slice(text.indexOf('\n') + 1)
}

function rendered(line: string): string {
  try {
    const { time, host, pid, text } = Entry.parse(JSON.parse(line))
    return plainLine(`${time} ${host} ${pid} ${text}\n`)
  } catch {
    // The empty text after the last newline, or a line that a full disk cut off.
    return ''
  }
}

function nothingThere(error: unknown): [] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
  throw fileError(error, 'The log of q8s could not be read')
}
