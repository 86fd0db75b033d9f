/** Compares a bundle to be made with a published one, by size, permission bits and CRC-32 of each entry. */
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { BundleListing } from '#shared/bundle.ts'
import { t } from '#shared/language.ts'
import type { FileChange } from '#shared/preview.ts'
import { fileError } from '../../files/files.ts'
import { walkProject } from '../files/walk.ts'
import { createPace } from '../pace.ts'
import { openBundle } from '../read/open.ts'
import { type PlannedEntry, planEntries } from './plan.ts'

/** An entry of the bundle to be made; `crc` is called only if size and kind are equal. */
export interface ComparedEntry {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  readonly size: number
  readonly mode: number
  crc(): number | Promise<number>
}

export interface Differences {
  readonly changes: FileChange[]
  readonly unchanged: number
}

type PublishedEntry = BundleListing['entries'][number]

export async function compareEntries(
  entries: readonly ComparedEntry[],
  published: readonly PublishedEntry[]
): Promise<Differences> {
  const before = new Map(published.map(entry => [entry.path, entry]))
  const changes: FileChange[] = []
  let unchanged = 0
  for (const entry of entries) {
    const old = before.get(entry.path)
    before.delete(entry.path)
    const change = old ? await changeOf(old, entry) : 'added'
    if (change) {
      changes.push({ path: entry.path, change, ...(old && { before: factsOf(old) }), after: factsOf(entry) })
    } else unchanged++
  }
  for (const old of before.values()) {
    changes.push({ path: old.path, change: 'removed', before: factsOf(old) })
  }
  changes.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { changes, unchanged }
}

async function changeOf(old: PublishedEntry, now: ComparedEntry): Promise<'changed' | 'mode' | undefined> {
  if (old.kind !== now.kind || old.size !== now.size) return 'changed'
  if (old.kind !== 'folder' && (await now.crc()) !== old.crc32) return 'changed'
  return old.mode === now.mode ? undefined : 'mode'
}

function factsOf({ size, mode }: { readonly size: number; readonly mode: number }) {
  return { size, mode }
}

/** The entries that the project's bundle would have. Throws what `planEntries` and `walkProject` throw. */
export async function projectEntries(folder: string, signal?: AbortSignal): Promise<ComparedEntry[]> {
  const pace = createPace(signal)
  const files = await walkProject(folder, { signal })
  return planEntries(folder, files, undefined).map(entry => ({
    path: entry.path,
    kind: entry.kind,
    size: entry.size,
    mode: entry.mode,
    crc: () => crcOf(entry, pace)
  }))
}

export async function bundleEntries(file: string, signal?: AbortSignal): Promise<ComparedEntry[]> {
  const bundle = await openBundle(file, { signal })
  await bundle.close()
  return bundle.entries.map(({ path, kind, size, mode, crc32: crc }) => {
    return { path, kind, size, mode, crc: () => crc }
  })
}

const PIECE = 256 * 1024

/** Reads in pieces and pauses between them. If the file shrinks during the read, its content counts as different. */
async function crcOf({ source }: PlannedEntry, pace: ReturnType<typeof createPace>): Promise<number> {
  if (source instanceof Uint8Array) return crc32(source)
  const buffer = Buffer.allocUnsafe(Math.min(PIECE, Math.max(1, source.size)))
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  let descriptor = -1
  try {
    descriptor = openSync(source.file, flags)
    let crc = 0
    for (let at = 0; at < source.size; ) {
      await pace()
      const count = readSync(descriptor, buffer, 0, buffer.length, at)
      if (count === 0) break
      crc = crc32(buffer.subarray(0, count), crc)
      at += count
    }
    return crc
  } catch (error) {
    throw fileError(error, t`${source.file} could not be read`)
  } finally {
    if (descriptor !== -1) closeSync(descriptor)
  }
}
