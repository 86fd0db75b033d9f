/** Unpacks entries as streams that fail unless size and checksum match the headers. */
import { pipeline, type Readable, Transform } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import type { Entry } from 'yauzl'
import { t } from '#shared/language.ts'
import type { ContentFault } from '../../workers/content-worker.js'
import { type ArchiveFile, invalidEntry } from './archive-file.ts'
import type { PackedEntry } from './entry.ts'

const CHUNK_BYTES = 64 * 1024

/** The content of an entry; fails with INVALID, naming the entry, if it does not match the headers. */
export function unpackEntry(archive: ArchiveFile, { name, entry, dataStart }: PackedEntry): Readable {
  const { compressedSize, compressionMethod } = entry
  const fail = (problem: string) => invalidEntry(archive.file, name, problem)
  const source = archive.stream(dataStart, compressedSize)
  if (compressionMethod === 0) return pipeline(source, verifier(entry, fail), ended)
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES })
  const check = verifier(entry, fail, () => inflate.bytesWritten)
  inflate.once('error', error => check.destroy(fail(t`is damaged (${error.message})`)))
  return pipeline(source, inflate, check, ended)
}

/** The fault as words that follow the entry's name. */
export function contentProblem(fault: ContentFault): string {
  switch (fault) {
    case 'larger':
      return t`is larger than it says`
    case 'smaller':
      return t`is smaller than it says`
    case 'checksum':
      return t`is damaged: its checksum is wrong`
    case 'behind':
      return t`has bytes behind its content`
    case 'damaged':
      return t`is damaged: it cannot be unpacked`
  }
}

/** The stream's reader gets the error; the pipeline needs a callback all the same. */
function ended(): void {}

function verifier(entry: Entry, fail: (problem: string) => Error, consumed?: () => number): Transform {
  let size = 0
  let crc = 0
  return new Transform({
    transform(bytes: Buffer, _encoding, callback) {
      size += bytes.length
      if (size > entry.uncompressedSize) return callback(fail(contentProblem('larger')))
      crc = crc32(bytes, crc)
      callback(null, bytes)
    },
    flush(callback) {
      if (size < entry.uncompressedSize) return callback(fail(contentProblem('smaller')))
      if (crc !== entry.crc32) return callback(fail(contentProblem('checksum')))
      if (consumed && consumed() !== entry.compressedSize) return callback(fail(contentProblem('behind')))
      callback()
    }
  })
}

/** All bytes of a stream that is known to be small. */
export async function collect(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}
