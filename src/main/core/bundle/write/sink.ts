/** The file a bundle is written to: in order, hashed while it grows, given its name only when complete and synced. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { t } from '#shared/language.ts'
import { fileError, makeFolder, refuseOther, syncFolder } from '../../files/files.ts'
import { removeLeftBeside, temporaryBeside } from '../../files/temporary.ts'
import { createHasher } from './hasher.ts'

export interface BundleSink {
  /** Bytes written so far. */
  readonly position: number
  /** May return before the bytes are written: do not change them until the call after the next one returns. */
  append(bytes: Uint8Array): Promise<void>
  /** Leaves room for a header that is known only after its content; append the content next. */
  reserve(length: number): void
  /** Writes the header into that room. */
  fill(header: Uint8Array): Promise<void>
  /** Syncs the file to disk and gives it its final name. */
  finish(): Promise<{ sha256: string; size: number }>
  /** Removes what was written; may be called after `finish`. */
  discard(): Promise<void>
}

/** Large, because each piece passes between threads three times. */
const COPY_BYTES = 4 * 1024 * 1024
/** Bytes after which the system starts writing to disk, so that `finish` need not wait for all of it. */
const FLUSH_BYTES = 32 * 1024 * 1024

/** `threaded` means that the bundle is large enough for hashing on a separate thread. */
export async function createSink(output: string, threaded: boolean): Promise<BundleSink> {
  const folder = dirname(output)
  const temporary = temporaryBeside(output)
  const what = t`The bundle ${output} could not be written`
  const translated = <T>(work: Promise<T>) =>
    work.catch(error => {
      throw fileError(error, what)
    })
  await translated(makeFolder(folder).catch(notAFolder))
  await refuseOther(output, what)
  const handle = await translated(open(temporary, 'wx+', 0o644))
  const hasher = createHasher(handle.fd, threaded)
  let position = 0
  /** Room that is not filled yet. */
  let reserved: { readonly at: number; readonly length: number } | undefined
  let flushed = 0
  let flushing: Promise<unknown> = Promise.resolve()
  let open_ = true

  // One write runs while the next bytes are read.
  let writing: Promise<void> = Promise.resolve()

  async function write(bytes: Uint8Array): Promise<void> {
    await writing
    hasher.reached(reserved?.at ?? position)
    writing = translated(writeAll(handle, bytes, position))
    writing.catch(() => undefined)
    position += bytes.length
    if (position - flushed < FLUSH_BYTES) return
    flushed = position
    await flushing
    // If this fails, the sync in `finish` fails too, and that is awaited.
    flushing = handle.datasync().catch(() => undefined)
  }

  async function close(): Promise<void> {
    if (!open_) return
    open_ = false
    await Promise.allSettled([writing, flushing, hasher.close()])
    await handle.close()
  }

  return {
    get position() {
      return position
    },
    append: write,
    reserve(length) {
      reserved = { at: position, length }
      position += length
    },
    async fill(header) {
      if (header.length !== reserved?.length) throw new Error('The header does not fit the room left for it.')
      await writing
      await translated(writeAll(handle, header, reserved.at))
      reserved = undefined
    },
    async finish() {
      await writing
      await flushing
      const [sha256] = await Promise.all([hasher.finish(position), translated(handle.sync())])
      await close()
      await translated(rename(temporary, output))
      await translated(syncFolder(folder))
      await removeLeftBeside(output)
      return { sha256, size: position }
    },
    async discard() {
      await close().catch(() => undefined)
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }
}

/** Turns mkdir's error for a file in the way into ENOTDIR. */
function notAFolder(error: NodeJS.ErrnoException): never {
  throw error.code === 'EEXIST' ? Object.assign(error, { code: 'ENOTDIR' }) : error
}

/**
 * Bytes of a part of a file, in pieces. Each piece is overwritten when the third piece after it is requested. The next
 * piece is read while the caller uses one. Throws if the file ends too early.
 */
export async function* readRange(
  handle: FileHandle,
  offset: number,
  length: number
): AsyncGenerator<Uint8Array> {
  const pieces = Math.ceil(length / COPY_BYTES)
  const ring = Array.from({ length: Math.min(4, pieces) }, () => {
    return Buffer.allocUnsafe(Math.min(COPY_BYTES, length))
  })
  const read = (index: number) => {
    const start = index * COPY_BYTES
    const buffer = ring[index % ring.length]
    const result = readFull(handle, buffer?.subarray(0, length - start), offset + start)
    result.catch(() => undefined)
    return result
  }
  let next = pieces > 0 ? read(0) : undefined
  for (let index = 0; next; index++) {
    const piece = await next
    next = index + 1 < pieces ? read(index + 1) : undefined
    yield piece
  }
}

async function readFull(handle: FileHandle, buffer: Buffer | undefined, position: number): Promise<Buffer> {
  if (!buffer) throw new Error('There is no room to read into.')
  for (let done = 0; done < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done)
    if (bytesRead === 0) throw new Error('The file ended too early.')
    done += bytesRead
  }
  return buffer
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
