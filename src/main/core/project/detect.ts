/** Looks at the Python code of a folder to say what its manifest should hold. */
import { readdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { t } from '#shared/language.ts'
import { tableOf } from '#shared/manifest-text/tables.ts'
import { parseToml } from '#shared/manifest-text/toml.ts'
import { fileError, openPlain } from '../files/files.ts'
import { isModuleName } from '../manifest/rules/module.ts'
import { safeName } from '../manifest/rules/name.ts'
import { type Candidate, rankCandidates } from '../python/rank.ts'
import { MAX_SOURCE_LENGTH, readPython } from '../python/source.ts'

export { newManifest } from './new-manifest.ts'

/** What is looked at in all: a project is not searched like a disk. */
const MAX_FILES = 2000
const MAX_DEPTH = 6
const SKIPPED =
  /^(?:\..*|__pycache__|node_modules|site-packages|tests?|testing|docs?|examples?|build|dist|.*\.egg-info)$/i

export interface Detected {
  readonly name: string
  readonly title: string
  /** For `python3 -m`: `q_app.run`. */
  readonly module?: string
  /** What else could be started, best first and `module` among them. */
  readonly modules: string[]
  /** Route the app announces: `/`. */
  readonly route?: string
  /** Where each of these was seen, in words. */
  readonly evidence: string[]
}

/** NOT_FOUND, INVALID or FORBIDDEN when the folder itself cannot be read; what is below it is skipped then. */
export async function detectProject(folder: string, signal?: AbortSignal): Promise<Detected> {
  const root = resolve(folder)
  const names = await detectNames(root)
  const candidates: Candidate[] = []
  for await (const path of pythonFiles(root, signal)) {
    const source = await readStart(join(root, ...path.split('/')))
    if (source !== undefined) candidates.push({ path, facts: readPython(source) })
  }
  const best = rankCandidates(candidates)
  if (!best)
    return {
      ...names,
      modules: [],
      evidence: [...names.evidence, t`No Python module that serves was found.`]
    }
  return {
    name: names.name,
    title: names.title,
    module: best.module,
    modules: [...best.modules],
    ...(best.route === undefined ? {} : { route: best.route }),
    evidence: [...names.evidence, ...best.evidence]
  }
}

/** Name and title from pyproject.toml, else from the folder. */
export async function detectNames(
  root: string
): Promise<{ name: string; title: string; evidence: string[] }> {
  const text = await readStart(join(root, 'pyproject.toml'))
  const project = tableOf(tableOf(text === undefined ? undefined : parseToml(text).values).project)
  const own = typeof project.name === 'string' ? project.name : ''
  const folder = basename(root)
  const name = safeName(own.toLowerCase()) || safeName(folder.toLowerCase()) || 'my-app'
  const words = (own || folder).replace(/[-_.\s]+/g, ' ').trim() || t`My app`
  const title = words.charAt(0).toUpperCase() + words.slice(1)
  return {
    name,
    title,
    evidence: [own ? t`Name from pyproject.toml: ${own}` : t`Name from the folder: ${folder}`]
  }
}

/** Files that can be modules, nearest to the root first; no links are followed, so no loop and nothing outside. */
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

/** The beginning of a regular file as text; undefined where it cannot be read. */
async function readStart(path: string): Promise<string | undefined> {
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
