/** JSON files of the state end with a checksum of their text: it also finds a changed bit that leaves valid JSON. */
import { crc32 } from 'node:zlib'

const SEAL = /\n#([0-9a-f]{8})\n$/

export function sealed(text: string): string {
  return `${text}\n#${checksum(text)}\n`
}

/** The text of such a file; files of earlier versions have no checksum. SyntaxError if the text was changed. */
export function unsealed(file: string): string {
  const [line, sum] = SEAL.exec(file) ?? []
  if (line === undefined) return file
  const text = file.slice(0, -line.length)
  if (checksum(text) !== sum)
    throw new SyntaxError('The text does not have the checksum it was written with.')
  return text
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
