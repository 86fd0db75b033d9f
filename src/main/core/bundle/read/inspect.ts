/** Lists the content of a bundle without unpacking it, for a platform's import and for the user. */
import type { BundleListing } from '#shared/bundle.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import { checkProject, MAX_CHECKED_BYTES, type ProjectSource } from '../../manifest/check.ts'
import { secretFile } from '../secrets/secret-files.ts'
import { invalid } from './archive-file.ts'
import { type Bundle, type OpenOptions, openBundle } from './open.ts'

export interface InspectOptions extends OpenOptions {
  /** Whether entries are also unpacked and compared with their headers. */
  readonly content?: boolean | undefined
}

/** INVALID for anything a platform would refuse to open; broken manifest rules are reported as findings. */
export async function inspectBundle(file: string, options: InspectOptions = {}): Promise<BundleListing> {
  const bundle = await openBundle(file, options)
  try {
    const { findings, manifest } = await checkProject(await sourceOf(bundle))
    const [sha256] = await bothSettled(
      bundle.sha256(options.signal),
      options.content ? bundle.checkContent(options.signal) : undefined
    )
    return {
      sha256,
      size: bundle.size,
      ...(manifest && { manifest }),
      findings: [...findings, ...secretsIn(bundle)],
      entries: bundle.entries.map(({ path, kind, size, compressedSize, mode, crc32 }) => {
        return { path, kind, size, compressedSize, mode, crc32 }
      })
    }
  } finally {
    await bundle.close()
  }
}

/** Waits for both: the file may be closed only when neither reads it any more. */
async function bothSettled<A, B>(first: Promise<A>, second: Promise<B> | undefined) {
  await Promise.allSettled([first, second])
  return Promise.all([first, second])
}

/** Finds secrets by file names alone; nothing is unpacked for this. */
function secretsIn({ entries }: Bundle): Finding[] {
  return entries.flatMap(({ path, kind }) => {
    const what = kind === 'file' ? secretFile(path) : undefined
    if (what === undefined) return []
    const message = t`${path} is ${what}: whoever can run this bundle can read it.`
    return [{ rule: 'secret-file', severity: 'warning', message, file: path }]
  })
}

async function sourceOf(bundle: Bundle): Promise<ProjectSource> {
  const paths = new Set(bundle.entries.filter(entry => entry.kind !== 'folder').map(entry => entry.path))
  const file = MANIFEST_FILES.find(name => paths.has(name))
  if (file === undefined) throw invalid(bundle.file, t`there is no ${MANIFEST_FILES[0]} in its root`)
  const sizes = new Map(bundle.entries.map(entry => [entry.path, entry.size]))
  const read = (path: string) => bundle.read(path, MAX_CHECKED_BYTES)
  return { file, text: await read(file), paths, read, size: path => sizes.get(path) }
}
