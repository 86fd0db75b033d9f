/** Checks that the unpacked entries of a bundle match their headers; runs once, when the bundle is imported. */
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { type ContentTask, checkContents } from '../../workers/content-worker.js'
import { createWorkerPool } from '../../workers/pool.ts'
import { type ArchiveFile, invalidEntry } from './archive-file.ts'
import type { ListedEntry } from './entry.ts'
import { contentProblem } from './unpack.ts'

/** Less than this is unpacked faster than a thread starts. */
const UNTHREADED_BYTES = 2 * 1024 * 1024
const BATCH_BYTES = 8 * 1024 * 1024
const BATCH_ENTRIES = 512
const THREADS = 2

/** Unpacks everything on worker threads and stores nothing. INVALID, naming the first entry at fault. */
export async function checkContent(
  archive: ArchiveFile,
  listed: readonly ListedEntry[],
  signal: AbortSignal | undefined
): Promise<void> {
  const tasks = [...cutTasks(archive.file, listed)]
  const bytes = listed.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0)
  const found = await (bytes <= UNTHREADED_BYTES ? here(tasks, signal) : onThreads(tasks, signal))
  const [first] = found.flatMap(fault => fault ?? []).sort((a, b) => a.index - b.index)
  if (first) throw invalidEntry(archive.file, listed[first.index]?.name ?? '', contentProblem(first.fault))
}

type Found = Awaited<ReturnType<typeof checkContents>>

async function here(tasks: readonly ContentTask[], signal: AbortSignal | undefined): Promise<Found[]> {
  const found: Found[] = []
  for (const task of tasks) {
    signal?.throwIfAborted()
    found.push(await checkContents(task))
    await setImmediate()
  }
  return found
}

async function onThreads(tasks: readonly ContentTask[], signal: AbortSignal | undefined): Promise<Found[]> {
  const threads = Math.min(THREADS, availableParallelism(), tasks.length)
  const pool = createWorkerPool<ContentTask, Found>({
    name: 'content-worker',
    role: 'content',
    size: threads
  })
  const stop = () => void pool.close()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    signal?.throwIfAborted()
    return await Promise.all(tasks.map(task => pool.run(task)))
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    await pool.close()
  }
}

function* cutTasks(file: string, listed: readonly ListedEntry[]): Generator<ContentTask> {
  let contents: ContentTask['contents'][number][] = []
  let bytes = 0
  for (const [index, { entry, dataStart }] of listed.entries()) {
    const { compressionMethod: method, compressedSize: packed, uncompressedSize: size, crc32: crc } = entry
    contents.push({ index, method, start: dataStart, packed, size, crc })
    bytes += size
    if (contents.length < BATCH_ENTRIES && bytes < BATCH_BYTES) continue
    yield { file, contents }
    contents = []
    bytes = 0
  }
  if (contents.length > 0) yield { file, contents }
}
