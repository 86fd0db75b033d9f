/** A preview of a project's bundle: every path, whether it is included and why, and all findings. */
import { join, resolve } from 'node:path'
import type { FileEntry } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import { readPlain } from '../../files/files.ts'
import { checkProject, MAX_CHECKED_BYTES } from '../../manifest/check.ts'
import { budgetFindings, limitFindings, totalSize } from '../files/budget.ts'
import { listProject, type ProjectListing } from '../files/walk.ts'
import type { WalkedFile } from '../files/walked-file.ts'
import { scanSecrets } from '../secrets/scan.ts'

export interface FilesReport {
  readonly entries: FileEntry[]
  readonly findings: Finding[]
  /** Number of included paths, and their bytes before compression. */
  readonly count: number
  readonly size: number
  /** Present if it can be parsed far enough. */
  readonly manifest?: Manifest
  /** The project as it was checked; pass it on to bundle exactly these files. */
  readonly listing: ProjectListing
}

interface ReportOptions {
  readonly signal?: AbortSignal | undefined
  readonly cacheFolder?: string | undefined
  /** Limit in bytes; no limit if it is absent or 0. */
  readonly sizeBudget?: number | undefined
}

/**
 * Reports on a project. If any finding has severity `error`, the project must not be bundled as it is. With a
 * `cacheFolder`, unchanged files without secrets are not scanned again. Throws NOT_FOUND without a manifest, and what
 * `walkProject` throws.
 */
export async function reportFiles(folder: string, options: ReportOptions = {}): Promise<FilesReport> {
  const root = resolve(folder)
  const listing = await listProject(root, options.signal)
  const { files, listedAt } = listing
  const included = files.filter(file => file.included)
  const { findings, manifest } = await checkFiles(root, included)
  const secrets = await scanSecrets(root, included, { ...options, listedAt })
  return {
    entries: files.map(({ path, size, included, reason }) => ({ path, size, included, reason })),
    findings: [
      ...findings,
      ...files.flatMap(file => file.finding ?? []),
      ...secrets,
      ...limitFindings(included),
      ...budgetFindings(included, options.sizeBudget ?? 0)
    ],
    count: included.length,
    size: totalSize(included),
    ...(manifest && { manifest }),
    listing
  }
}

async function checkFiles(root: string, included: readonly WalkedFile[]) {
  const sizes = new Map(included.filter(file => file.kind !== 'folder').map(file => [file.path, file.size]))
  const paths = new Set(sizes.keys())
  const file = MANIFEST_FILES.find(name => paths.has(name))
  if (file === undefined) {
    throw new AppError(
      'NOT_FOUND',
      t`There is no ${MANIFEST_FILES[0]} in ${root}.`,
      t`Write one with \`q8s-cli init\`, or choose the folder that has it.`
    )
  }
  // Links are followed: the walk has checked that they stay inside the project.
  const read = (path: string) =>
    readPlain(join(root, ...path.split('/')), MAX_CHECKED_BYTES, { follow: true })
  return checkProject({ file, text: await read(file), paths, read, size: path => sizes.get(path) })
}
