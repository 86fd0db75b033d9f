/** The SHA-256 of a file or a part of one. */
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** The SHA-256 of all bytes of the stream, in hexadecimal. */
export async function sha256Of(bytes: Readable, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(bytes, hash, signal ? { signal } : {})
  return hash.digest('hex')
}
