/** A file that is read in pieces, and closed when it is no longer read. */
import { PIECE_BYTES } from '#shared/instance-files.ts'
import type { EngineFile } from '../ports.ts'

export interface Reading {
  readonly size: number
  next(): Promise<{ data: Blob; end: boolean }>
  close(): Promise<void>
}

/** Returns pieces of about PIECE_BYTES in order. Closes after `idleMs` milliseconds without a read. */
export function createReading(file: EngineFile, idleMs: number, forget: () => void): Reading {
  const pieces = file.content[Symbol.asyncIterator]()
  const idle = setTimeout(() => void close(), idleMs)
  idle.unref()
  let order: Promise<unknown> = Promise.resolve()

  async function close() {
    clearTimeout(idle)
    forget()
    await file.close()
  }

  async function piece() {
    idle.refresh()
    const parts: Uint8Array<ArrayBuffer>[] = []
    let end = false
    for (let length = 0; length < PIECE_BYTES && !end; ) {
      const { value, done } = await pieces.next()
      end = done === true
      if (!value) continue
      parts.push(new Uint8Array(value))
      length += value.length
    }
    if (end) await close()
    return { data: new Blob(parts), end }
  }

  return {
    size: file.size,
    next() {
      const taken = order.then(piece).catch(async error => {
        await close()
        throw error
      })
      order = taken.catch(() => undefined)
      return taken
    },
    close
  }
}
