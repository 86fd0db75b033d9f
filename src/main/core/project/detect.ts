/** Suggests values for a new manifest: name, title, module and route, from the folder's Python files. */
import { basename, join, resolve } from 'node:path'
import { t } from '#shared/language.ts'
import { parseToml } from '#shared/manifest-text/parse.ts'
import { tableOf } from '#shared/manifest-text/values.ts'
import { safeName } from '../manifest/rules/name.ts'
import { candidatesIn, readStart } from '../python/candidates.ts'
import { rankCandidates } from '../python/rank.ts'

export { newManifest } from './new-manifest.ts'

export interface Detected {
  readonly name: string
  readonly title: string
  /** A module for `python3 -m`: `q_app.run`. */
  readonly module?: string
  /** Other modules that could be started, best first; includes `module`. */
  readonly modules: string[]
  /** The route that the app announces: `/`. */
  readonly route?: string
  /** Descriptions of where each value was found. */
  readonly evidence: string[]
}

/**
 * NOT_FOUND, INVALID or FORBIDDEN if the folder itself cannot be read; unreadable files and folders in it are skipped.
 */
export async function detectProject(folder: string, signal?: AbortSignal): Promise<Detected> {
  const root = resolve(folder)
  const names = await detectNames(root)
  const best = rankCandidates(await candidatesIn(root, signal))
  if (!best)
    return {
      ...names,
      modules: [],
      evidence: [...names.evidence, t`No Python module that starts a server was found.`]
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

/** Name and title from pyproject.toml, or else from the folder's name. */
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
