/** Tells what is in a bundle without unpacking it: the listing a platform's import and the user see. */
import type { BundleListing } from '#shared/bundle.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import { checkProject, MAX_CHECKED_BYTES, type ProjectSource } from '../manifest/check.ts'
import { invalid } from './archive-file.ts'
import { type Bundle, type OpenOptions, openBundle } from './open.ts'
import { secretFile } from './secret-files.ts'

/** INVALID for whatever a platform would refuse to open; what breaks the manifest's rules is in the findings. */
export async function inspectBundle(file: string, options: OpenOptions = {}): Promise<BundleListing> {
  const bundle = await openBundle(file, options)
  try {
    const { findings, manifest } = await checkProject(await sourceOf(bundle))
    return {
      sha256: await bundle.sha256(options.signal),
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

/** By their names alone: nothing is unpacked to look for more. */
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
