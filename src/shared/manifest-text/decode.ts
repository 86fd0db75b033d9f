/** Bytes to text, strictly: what is not UTF-8 is found with its place instead of being replaced in silence. */
import { t } from '../language.ts'

interface DecodedText {
  /** With its byte order mark, where it has one, so that offsets and bytes are those of the file. */
  readonly text: string
  /** The bytes are UTF-16; the text is what they say. */
  readonly wide?: boolean
  /** Where the first thing that is not UTF-8 is, and what it is in words. */
  readonly fault?: { readonly offset: number; readonly message: string } | undefined
}

/** Never throws; of bytes that are not UTF-8 the text shows what can be shown. */
export function decodeText(source: Uint8Array | string): DecodedText {
  if (typeof source === 'string') return { text: source, fault: surrogateFault(source) }
  const wide = wideEncoding(source)
  if (wide) {
    const text = new TextDecoder(wide).decode(source)
    return {
      text,
      wide: true,
      fault: { offset: 0, message: t`The file is ${wide.toUpperCase()}, not UTF-8.` }
    }
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(source)
  return { text, fault: byteFault(source, text) }
}

/** The encodings Windows editors call "Unicode"; their byte order marks cannot begin UTF-8. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

function surrogateFault(text: string): DecodedText['fault'] {
  const offset = text.search(/\p{Surrogate}/u)
  if (offset < 0) return undefined
  return { offset, message: t`Half of a surrogate pair stands here, which UTF-8 cannot hold.` }
}

/** The decoder puts U+FFFD for what it cannot read: the first one that is not in the bytes themselves is the fault. */
function byteFault(bytes: Uint8Array, text: string): DecodedText['fault'] {
  let byteOffset = 0
  let from = 0
  for (let offset = text.indexOf('\ufffd'); offset >= 0; offset = text.indexOf('\ufffd', from)) {
    byteOffset += new TextEncoder().encode(text.slice(from, offset)).length
    const genuine =
      bytes[byteOffset] === 0xef && bytes[byteOffset + 1] === 0xbf && bytes[byteOffset + 2] === 0xbd
    if (!genuine) {
      const byte = (bytes[byteOffset] ?? 0).toString(16).padStart(2, '0')
      return { offset, message: t`Byte ${byteOffset} (0x${byte}) is not UTF-8.` }
    }
    byteOffset += 3
    from = offset + 1
  }
  return undefined
}
