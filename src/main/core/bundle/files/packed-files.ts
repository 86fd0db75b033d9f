/** Files whose content is already compressed, by extension: compressing them again takes time and saves nothing. */
import { extname } from 'node:path'

const EXTENSIONS = `
  .whl .zip .qz .gz .tgz .bz2 .xz .zst .lz4 .7z .rar .br .jar .egg .apk
  .png .jpg .jpeg .gif .webp .avif .heic
  .mp3 .mp4 .m4a .mov .webm .ogg .flac
  .woff .woff2 .docx .xlsx .pptx
`
const PACKED = new Set(EXTENSIONS.trim().split(/\s+/))

export function isPacked(path: string): boolean {
  return PACKED.has(extname(path).toLowerCase())
}
