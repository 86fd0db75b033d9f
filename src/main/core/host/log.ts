/** The hosts' own log: what went wrong inside them, a JSON line each, in two bounded files that all hosts of a home write. */
import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { plainLine } from '#shared/text.ts'
import { fileError, openPlain } from '../files/files.ts'
import { createRedact, type Redact } from '../support/redact.ts'

/** Bytes of one file, and how many there are: a full one is followed by the next number, and the oldest goes. */
const FILE_BYTES = 1024 * 1024
const FILES = 2
/** Characters of one entry, and causes told of one error. */
const MAX_ENTRY_CHARS = 16 * 1024
const MAX_CAUSES = 8
/** Bytes of each file its last part is made of. */
const TAIL_BYTES = 512 * 1024

/** Nothing of it throws: where the log cannot be written, there is none. */
export interface HostLog {
  readonly folder: string
  /** Our own words: a start, an end. */
  note(text: string): void
  /** What went wrong; told on stderr as well. */
  error(error: unknown): void
  /** What ends this process: the runtime tells of it itself. */
  uncaught(error: unknown): void
  /** Its last part in lines for people, the oldest first. */
  tail(): Promise<string>
}

export interface HostLogOptions {
  readonly stateFolder: string
  /** Which host this is. */
  readonly host: string
  /** Secrets this process knows by itself. Those of the platform are taken out when the log leaves this computer. */
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
      // At once and in one piece: the process may be ending, and others write the same file.
      appendFileSync(fileFor(folder, Buffer.byteLength(line), fileBytes), line, { mode: 0o600 })
    } catch {
      // The disk is full, or the folder is not ours to write.
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
 * The file with room for so many bytes. Numbers need no lock: whoever finds the newest full goes on in the same next
 * one, and an old one that is removed twice is gone as well.
 */
function fileFor(folder: string, bytes: number, fileBytes: number): string {
  const numbers = numbersIn(readdirSync(folder))
  const newest = numbers.at(-1) ?? 1
  const size = statSync(fileAt(folder, newest), { throwIfNoEntry: false })?.size ?? 0
  if (size === 0 || size + bytes <= fileBytes) return fileAt(folder, newest)
  for (const number of numbers.slice(0, 1 - FILES)) removeQuietly(fileAt(folder, number))
  return fileAt(folder, newest + 1)
}

/** Windows removes none that somebody reads just now; the next turn does. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // As above.
  }
}

/** Stacks of an error and of its causes. What else it holds is left out: it may be what a call was given. */
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

/** Whole lines only: half of a secret would not be known again when the log leaves this computer. */
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

/** Whole lines at the end of a file; of one that is gone by now, none. */
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
    // The end of a file, or what a full disk left of a line.
    return ''
  }
}

function nothingThere(error: unknown): [] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
  throw fileError(error, 'The log of q8s could not be read')
}
