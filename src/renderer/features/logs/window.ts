/** The part of a log that is held: whole pages in their order, extended and cut at both ends. */
import type { Entry, LineEntry } from './entries.ts'

/** Entries of one or more pages, and the cursors at their two ends. */
interface Chunk {
  readonly from: string | undefined
  readonly next: string
  readonly count: number
}

export interface LogWindow {
  readonly entries: readonly Entry[]
  /** Stable index of `entries[0]`: an entry's index stays valid while others are added or cut before it. */
  readonly base: number
  /** Counts the changes. */
  readonly revision: number
  /** Cursor of the first entry, if there is one. */
  readonly from: string | undefined
  /** Cursor behind the last entry. */
  readonly next: string | undefined
  append(entries: readonly Entry[], from: string | undefined, next: string): void
  prepend(entries: readonly Entry[], from: string | undefined, next: string): void
  /** Adds a row behind the last one. */
  note(entry: Entry): void
  /** Cuts whole pages off an end while more than `limit` entries or `charLimit` characters are held. */
  trim(end: 'start' | 'end'): void
  reset(): void
  /** The newest line, without notes. */
  lastLine(): LineEntry | undefined
  firstLine(): LineEntry | undefined
}

/** Small pages, as a live log gives them, share a chunk of this size. */
const CHUNK_ENTRIES = 500

export function createLogWindow(limit: number, charLimit: number): LogWindow {
  let entries: Entry[] = []
  let base = 0
  let revision = 0
  let chunks: Chunk[] = []
  let chars = 0

  return {
    get entries() {
      return entries
    },
    get base() {
      return base
    },
    get revision() {
      return revision
    },
    get from() {
      return chunks[0]?.from
    },
    get next() {
      return chunks.at(-1)?.next
    },
    append(added, from, next) {
      revision += 1
      const last = chunks.at(-1)
      if (last && last.count + added.length <= CHUNK_ENTRIES) {
        chunks[chunks.length - 1] = { from: last.from, next, count: last.count + added.length }
      } else chunks.push({ from, next, count: added.length })
      for (const entry of added) entries.push(entry)
      chars += charsOf(added)
    },
    prepend(added, from, next) {
      revision += 1
      const first = chunks[0]
      if (first && first.count + added.length <= CHUNK_ENTRIES) {
        chunks[0] = { from, next: first.next, count: first.count + added.length }
      } else chunks.unshift({ from, next, count: added.length })
      entries = [...added, ...entries]
      base -= added.length
      chars += charsOf(added)
    },
    note(entry) {
      revision += 1
      const last = chunks.pop()
      if (last) chunks.push({ ...last, count: last.count + 1 })
      else return
      entries.push(entry)
    },
    trim(end) {
      revision += 1
      while (chunks.length > 1 && (entries.length > limit || chars > charLimit)) {
        const { count } = (end === 'start' ? chunks.shift() : chunks.pop()) as Chunk
        const cut = end === 'start' ? entries.splice(0, count) : entries.splice(entries.length - count)
        if (end === 'start') base += count
        chars -= charsOf(cut)
      }
    },
    reset() {
      revision += 1
      base += entries.length
      entries = []
      chunks = []
      chars = 0
    },
    lastLine: () => entries.findLast(entry => entry.kind === 'line'),
    firstLine: () => entries.find(entry => entry.kind === 'line')
  }
}

function charsOf(entries: readonly Entry[]): number {
  let chars = 0
  for (const entry of entries) if (entry.kind === 'line') chars += entry.text.length
  return chars
}
