/** Writes a few files as a tar archive in memory: the form in which the Docker engine takes a build context. */

const BLOCK = 512

export interface TarFile {
  /** Relative, forward slashes, at most 100 bytes of UTF-8. */
  readonly name: string
  readonly content: Uint8Array
}

/** A POSIX (ustar) archive with fixed times and owners, so that equal files give equal layers. */
export function tar(files: readonly TarFile[]): Buffer {
  const blocks: Uint8Array[] = []
  for (const { name, content } of files) {
    blocks.push(header(name, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1)))
  }
  blocks.push(Buffer.alloc(2 * BLOCK))
  return Buffer.concat(blocks)
}

function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long for a tar header`)
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0)
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\0', 257)
  block.write('00', 263)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
