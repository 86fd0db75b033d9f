/** The text of a file: decodes its bytes strictly, finds its lines, and places findings on them. */
import type { Finding } from '../finding.ts'
import { t } from '../language.ts'

interface DecodedText {
  /** Includes the byte order mark if the file has one, so that offsets match the bytes of the file. */
  readonly text: string
  /** The bytes are UTF-16; the text is decoded from that. */
  readonly wide?: boolean
  /** Offset of the first error, and a message that describes it. */
  readonly fault?: { readonly offset: number; readonly message: string } | undefined
}

/** Never throws. Bytes that are not UTF-8 become U+FFFD in the text and cause a `fault`. */
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

/** The decoder writes U+FFFD for bytes it cannot read. The first U+FFFD that the bytes do not contain is the fault. */
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

export interface Range {
  readonly from: number
  readonly to: number
}

/** Offset of the first character of the line that contains `offset`. */
export function lineStart(text: string, offset: number): number {
  // lastIndexOf treats a negative start as 0, and would find a line break at offset 0.
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** Offset of the line break (`\r\n` or `\n`) that ends the line, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset)
  if (feed < 0) return text.length
  return feed > offset && text[feed - 1] === '\r' ? feed - 1 : feed
}

/** Offset of the first character of the next line, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset)
  return feed < 0 ? text.length : feed + 1
}

/** The text's line break: the one after its first line. */
export function lineBreak(text: string): '\n' | '\r\n' {
  const feed = text.indexOf('\n')
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n'
}

/** Sets positions of many findings in one text without counting its lines each time. */
export function positioner(text: string): (finding: Finding, range: Range) => Finding {
  const placeOf = lineCounter(text)
  return (finding, { from, to }) => ({ ...finding, range: { from, to }, ...placeOf(from) })
}

/** Returns the line and column of an offset, both one-based; the lines are counted once, at the first call. */
export function lineCounter(text: string): (offset: number) => { line: number; column: number } {
  let starts: number[] | undefined
  return offset => {
    starts ??= lineStarts(text)
    const line = lastNotAbove(starts, offset)
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) starts.push(feed + 1)
  return starts
}

function lastNotAbove(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sorted[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}
