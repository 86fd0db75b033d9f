/** The Python files of a folder that may be the module to start, each with facts from its source. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { t } from '#shared/language.ts'
import { fileError, openPlain } from '../files/files.ts'
import { isModuleName } from './module-name.ts'
import type { Candidate } from './rank.ts'
import { MAX_SOURCE_LENGTH, readPython } from './source.ts'

/** Limits of files and of folder levels: a project is not searched like a whole disk. */
const MAX_FILES = 2000
const MAX_DEPTH = 6
const SKIPPED =
  /^(?:\..*|__pycache__|node_modules|site-packages|tests?|testing|docs?|examples?|build|dist|.*\.egg-info)$/i

/**
 * NOT_FOUND, INVALID or FORBIDDEN if the folder itself cannot be read; unreadable files and folders in it are skipped.
 */
export async function candidatesIn(root: string, signal?: AbortSignal): Promise<Candidate[]> {
  const candidates: Candidate[] = []
  for await (const path of pythonFiles(root, signal)) {
    const source = await readStart(join(root, ...path.split('/')))
    if (source !== undefined) candidates.push({ path, facts: readPython(source) })
  }
  return candidates
}

/**
 * Files that can be modules, nearest to the root first. Links are not followed, which avoids loops and outside files.
 */
async function* pythonFiles(root: string, signal?: AbortSignal): AsyncGenerator<string> {
  let level = ['']
  let found = 0
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = []
    for (const folder of level) {
      signal?.throwIfAborted()
      const entries = await listFolder(root, folder)
      if (depth > 0 && entries.some(entry => entry.name === 'pyvenv.cfg')) continue
      for (const entry of entries) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isDirectory() && !SKIPPED.test(entry.name) && isModuleName(entry.name)) next.push(path)
        if (!entry.isFile() || !isSource(entry.name)) continue
        if (++found > MAX_FILES) return
        yield path
      }
    }
    level = next
  }
}

async function listFolder(root: string, folder: string) {
  try {
    const entries = await readdir(join(root, ...folder.split('/')), { withFileTypes: true })
    return entries.sort((left, right) => (left.name < right.name ? -1 : 1))
  } catch (error) {
    if (folder === '') throw fileError(error, t`${root} could not be read`)
    return []
  }
}

function isSource(name: string): boolean {
  return (
    name.endsWith('.py') &&
    isModuleName(name.slice(0, -3)) &&
    !/^(?:test_.*|.*_test|conftest|setup)\.py$/.test(name)
  )
}

/** The first 512 KiB of a regular file as text; undefined if it cannot be read. */
export async function readStart(path: string): Promise<string | undefined> {
  try {
    const file = await openPlain(path)
    if (!file) return undefined
    try {
      const buffer = Buffer.alloc(Math.min((await file.stat()).size, MAX_SOURCE_LENGTH))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}
