/** Finds an image's format from its first bytes, and its size in pixels if they contain it. */

export interface ImageFacts {
  readonly kind: 'png' | 'jpeg' | 'gif' | 'webp'
  readonly width?: number | undefined
  readonly height?: number | undefined
}

/** Undefined for bytes that are not an image. */
export function readImage(bytes: Uint8Array): ImageFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) {
    if (bytes.length < 24) return undefined
    return { kind: 'png', width: view.getUint32(16), height: view.getUint32(20) }
  }
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return { kind: 'jpeg', ...jpegSize(view) }
  if (startsWith(bytes, [0x47, 0x49, 0x46, 0x38])) return { kind: 'gif' }
  const riff = startsWith(bytes, [0x52, 0x49, 0x46, 0x46])
  if (riff && startsWith(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50])) return { kind: 'webp' }
  return undefined
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte)
}

/** Reads the size from the frame header; skips other segments by their lengths. */
function jpegSize(view: DataView): { width?: number; height?: number } {
  let at = 2
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return {}
}
