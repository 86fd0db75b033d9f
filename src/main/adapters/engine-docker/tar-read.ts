/** Reads a tar archive as it comes, entry by entry: the form in which the Docker engine gives files and images. */
import { AppError } from '#shared/errors.ts'

const BLOCK = 512
/** Bytes of a long name or of the extended headers of an entry: the app may have made them up. */
const MOST_HEADER = 1024 * 1024

export interface TarEntry {
  /** As it is in the archive; anything. */
  readonly name: string
  readonly kind: 'folder' | 'file' | 'link' | 'other'
  /** Bytes of its content. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Where a link leads; of a file that is a second name of another, that one's. */
  readonly target: string
  /** To be read, whole or in part, before the next entry is asked for. */
  readonly content: AsyncIterable<Uint8Array>
}

type Extra = Readonly<Record<string, string>>

/** Ends after the last entry. INVALID where that is no tar archive, or it breaks off. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const bytes = createBytes(source)
  let extra: Extra = {}
  for (;;) {
    const block = await bytes.take(BLOCK)
    if (!block || block.every(byte => byte === 0)) return
    if (!isHeader(block)) throw noTar()
    const type = String.fromCharCode(block[156] ?? 0)
    const size = sizeOf(block, extra)
    const padded = Math.ceil(size / BLOCK) * BLOCK
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      if (size > MOST_HEADER) throw noTar()
      const text = Buffer.from((await bytes.take(padded)) ?? missing()).subarray(0, size)
      // What is said of all entries ("g") is about the archive, not about files.
      if (type === 'x') extra = { ...extra, ...extended(text) }
      if (type === 'L') extra = { ...extra, path: cString(text) }
      if (type === 'K') extra = { ...extra, linkpath: cString(text) }
      continue
    }
    const kind = kindOf(type)
    // A second name of a file has no content of its own.
    const holds = kind === 'file' && type !== '1'
    const rest = { left: holds ? size : 0 }
    yield {
      name: extra.path ?? nameOf(block),
      kind,
      size: holds ? size : 0,
      modified: Number(extra.mtime ?? numberAt(block, 136, 12)) * 1000,
      target: extra.linkpath ?? cString(block.subarray(157, 257)),
      content: bytes.pieces(rest)
    }
    extra = {}
    if (holds) await bytes.skip(rest.left + padded - size)
  }
}

/** Exactly as many bytes as are asked for, from pieces of any length. */
function createBytes(source: AsyncIterable<Uint8Array>) {
  const pieces = source[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()

  /** Up to `most` bytes, at least one; undefined at the end. */
  async function some(most: number): Promise<Uint8Array | undefined> {
    while (rest.length === 0) {
      const { value, done } = await pieces.next()
      if (done) return undefined
      rest = value
    }
    const piece = rest.subarray(0, most)
    rest = rest.subarray(piece.length)
    return piece
  }

  return {
    /** Undefined at the end, where nothing is left. */
    async take(count: number): Promise<Uint8Array | undefined> {
      const taken = Buffer.alloc(count)
      let length = 0
      while (length < count) {
        const piece = await some(count - length)
        if (!piece && length === 0) return undefined
        taken.set(piece ?? missing(), length)
        length += piece?.length ?? 0
      }
      return taken
    },
    async skip(count: number): Promise<void> {
      for (let left = count; left > 0; ) left -= ((await some(left)) ?? missing()).length
    },
    async *pieces(of: { left: number }): AsyncGenerator<Uint8Array, void, void> {
      while (of.left > 0) {
        const piece = (await some(of.left)) ?? missing()
        of.left -= piece.length
        yield piece
      }
    }
  }
}

function isHeader(block: Uint8Array): boolean {
  let sum = 8 * 32
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte
  return sum === numberAt(block, 148, 8)
}

function sizeOf(block: Uint8Array, { size }: Extra): number {
  const bytes = size === undefined ? numberAt(block, 124, 12) : Number(size)
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw noTar()
  return bytes
}

/** Octal digits, or a large number as it is, marked by the first bit. */
function numberAt(block: Uint8Array, at: number, length: number): number {
  const field = block.subarray(at, at + length)
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(cString(field).trim() || '0', 8)
  return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0)
}

function nameOf(block: Uint8Array): string {
  const isPosix = cString(block.subarray(257, 262)) === 'ustar'
  const prefix = isPosix && block[262] === 0 ? cString(block.subarray(345, 500)) : ''
  const name = cString(block.subarray(0, 100))
  return prefix ? `${prefix}/${name}` : name
}

function kindOf(type: string): TarEntry['kind'] {
  if (type === '5') return 'folder'
  if (type === '2') return 'link'
  return type === '0' || type === '\0' || type === '1' || type === '7' ? 'file' : 'other'
}

/** `<length> <key>=<value>` and a newline each, the length in bytes and of all of it. */
function extended(text: Buffer): Extra {
  const found: Record<string, string> = {}
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(32, at)
    const length = Number(text.toString('latin1', at, space))
    if (space < 0 || !(length > 0)) throw noTar()
    const [key = '', value = ''] = text.toString('utf8', space + 1, at + length - 1).split(/=(.*)/s)
    if (/^(path|linkpath|size|mtime)$/.test(key)) found[key] = value
    at += length
  }
  return found
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8')
}

function missing(): never {
  throw noTar()
}

function noTar(): AppError {
  return new AppError('INVALID', 'That is no tar archive, or only a part of one.', 'Get it again.')
}
