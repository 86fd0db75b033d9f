/** Looks at the Python code of a folder to say what its manifest should hold. */
import { basename, resolve } from 'node:path'

export { newManifest } from './new-manifest.ts'

export interface Detected {
  readonly name: string
  readonly title: string
  /** For `python3 -m`: `q_app.run`. */
  readonly module?: string
  /** Route the app announces: `/`. */
  readonly route?: string
  /** Where each of these was seen, in words. */
  readonly evidence: string[]
}

/** NOT_FOUND or FORBIDDEN when the folder cannot be read. */
export async function detectProject(folder: string, signal?: AbortSignal): Promise<Detected> {
  signal?.throwIfAborted()
  const title = basename(resolve(folder))
  return { name: title, title, evidence: [] }
}
