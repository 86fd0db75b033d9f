/** One bundle uploaded by several processes at once: each finishes with the whole bundle, in any order. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, watch, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBundleFiles } from '#adapters/platform-local/bundles.ts'

let folder: string
let folders: { readonly bundles: string; readonly uploads: string }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-uploads-'))
  folders = { bundles: join(folder, 'bundles'), uploads: join(folder, 'uploads') }
  for (const path of Object.values(folders)) mkdirSync(path)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const ROUNDS = 50

test('an upload does not fail when another process finishes the same bundle as it begins', async () => {
  const files = createBundleFiles({ folders } as never)
  for (let round = 0; round < ROUNDS; round++) {
    const { bytes, key } = made()
    const part = join(folders.uploads, `${key.sha256}.part`)
    const finish = () => {
      if (!existsSync(part)) return
      writeFileSync(part, bytes)
      renameSync(part, files.path(key.sha256))
    }
    const watcher = watch(folders.uploads, finish)
    try {
      expect(await files.append(key, 0, new Blob([bytes]))).toBe(key.size)
    } finally {
      watcher.close()
    }
  }
})

test('nothing is left of an upload if another process finished it before the first byte', async () => {
  const files = createBundleFiles({ folders } as never)
  const { bytes, key } = made()
  class Late extends Blob {
    override async arrayBuffer() {
      writeFileSync(files.path(key.sha256), bytes)
      return super.arrayBuffer()
    }
  }
  expect(await files.append(key, 0, new Late([bytes]))).toBe(key.size)
  expect(await readdir(folders.uploads)).toEqual([])
})

function made() {
  const bytes = randomBytes(100)
  return { bytes, key: { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length } }
}
