/** Writes logs as the launcher does: CRI lines in numbered segments, rotated by size. */
import { appendFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const TIME = '2026-01-02T03:04:05.678901Z'

export async function createLogWriter(bounds = { segmentBytes: 1 << 20, totalBytes: 1 << 30 }) {
  const runFolder = await mkdtemp(join(tmpdir(), 'q8s-log-'))
  const folder = join(runFolder, 'log')
  let first = 0
  let count = 0
  let size = 0

  const path = () => join(folder, `${String(first).padStart(12, '0')}.log`)

  async function rotate(): Promise<void> {
    const names = (await readdir(folder)).sort()
    const sizes = await Promise.all(names.map(async name => (await stat(join(folder, name))).size))
    let total = sizes.reduce((sum, bytes) => sum + bytes, 0)
    for (const [index, name] of names.slice(0, -1).entries()) {
      if (total <= bounds.totalBytes) break
      await rm(join(folder, name))
      total -= sizes[index] ?? 0
    }
  }

  return {
    runFolder,
    folder,
    /** Raw bytes without an added newline: for torn and malformed lines. */
    async raw(bytes: string | Uint8Array): Promise<void> {
      await mkdir(folder, { recursive: true })
      await appendFile(path(), bytes)
      size += bytes.length
    },
    async write(texts: readonly string[], tag = 'F'): Promise<void> {
      for (const text of texts) {
        await this.raw(`${TIME} stdout ${tag} ${text}\n`)
        count++
        if (size >= bounds.segmentBytes) await this.newSegment()
      }
    },
    /** Continues in a new file; old files beyond the bound are removed. */
    async newSegment(): Promise<void> {
      first = count
      size = 0
      await this.raw('')
      await rotate()
    },
    get count() {
      return count
    },
    remove: () => rm(runFolder, { recursive: true, force: true })
  }
}

export type LogWriter = Awaited<ReturnType<typeof createLogWriter>>
