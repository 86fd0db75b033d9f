/** Makes the input of the checks from a project's folder. */
import { join } from 'node:path'
import { walkProject } from '../bundle/files/walk.ts'
import { readPlain } from '../files/files.ts'
import { MAX_CHECKED_BYTES, type ProjectSource } from '../manifest/check.ts'
import type { ManifestFile } from './manifest-file.ts'

/** Uses `text` as the manifest, whether it is saved or not. */
export async function projectSource(
  { folder, file }: ManifestFile,
  text: string | Uint8Array,
  signal?: AbortSignal
): Promise<ProjectSource> {
  const files = await walkProject(folder, signal ? { signal } : {})
  const included = files.filter(each => each.included && each.kind !== 'folder')
  const sizes = new Map(included.map(({ path, size }) => [path, size]))
  return {
    file,
    text,
    paths: new Set(sizes.keys()),
    read: name => readPlain(join(folder, ...name.split('/')), MAX_CHECKED_BYTES, { follow: true }),
    size: name => sizes.get(name)
  }
}
