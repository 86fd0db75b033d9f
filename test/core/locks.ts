/** File locks for tests, in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileLocks } from '#adapters/store/file-locks.ts'

const folder = mkdtempSync(join(tmpdir(), 'q8s-locks-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

export const locks = createFileLocks(folder)
