/** The build context is a tar archive that other programs can read. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tar } from '#adapters/engine-docker/tar.ts'

test('tar unpacks it to the same files', async () => {
  const files = [
    { name: 'Dockerfile', content: Buffer.from('FROM scratch\n') },
    { name: 'folder/empty', content: Buffer.alloc(0) },
    { name: 'folder/block', content: Buffer.alloc(512, 1) },
    { name: `${'deep/'.repeat(30)}file`, content: Buffer.from('deep') },
    { name: 'more', content: Buffer.alloc(70_001, 2) }
  ]
  const folder = mkdtempSync(join(tmpdir(), 'q8s-tar-'))
  try {
    execFileSync('tar', ['-xf', '-', '-C', folder], { input: await tar(files) })
    for (const { name, content } of files) expect(readFileSync(join(folder, name)).equals(content)).toBe(true)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('equal files give equal bytes', async () => {
  const files = [{ name: 'a', content: Buffer.from('b') }]
  expect(await tar(files)).toEqual(await tar(files))
})
