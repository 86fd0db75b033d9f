/** Uploads a bundle to a platform: sends only the missing bytes, and discards the upload if the job is cancelled. */
import { openAsBlob } from 'node:fs'
import type { App, Visibility } from '#shared/app.ts'
import { MAX_CHUNK } from '#shared/bundle.ts'
import { AppError, isCancelled } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Platform } from '#shared/platform.ts'
import type { JobContext } from '../jobs/jobs.ts'

export interface BundleFile {
  readonly file: string
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

/** Sends the bytes that the platform does not have yet; after a failure, another call continues from there. */
export async function uploadBundle(platform: Platform, bundle: BundleFile, job: JobContext): Promise<void> {
  const { sha256, size } = bundle
  const { signal } = job
  const blob = await openAsBlob(bundle.file)
  let { offset } = await platform.uploads.status({ sha256, size }, { signal })
  while (offset < size) {
    job.stage({ code: 'uploading' }, (100 * offset) / size, { done: offset, total: size })
    const piece = await blob
      .slice(offset, offset + MAX_CHUNK)
      .arrayBuffer()
      .catch(changedMeanwhile)
    const data = new Blob([piece])
    offset = (await platform.uploads.append({ sha256, size, offset, data }, { signal }).catch(whereItIs))
      .offset
  }
}

/** The blob of a file can be read only while the file is unchanged. */
function changedMeanwhile(cause: unknown): never {
  throw new AppError(
    'CONFLICT',
    t`The bundle was changed or removed while it was uploaded.`,
    t`Try again when nothing writes to it.`,
    { cause }
  )
}

/** Another client uploads the same bundle: continues from its offset. */
function whereItIs(error: unknown): { offset: number } {
  const at = error instanceof AppError && error.code === 'CONFLICT' ? error.data?.offset : undefined
  if (typeof at !== 'number') throw error
  return { offset: at }
}

/** Uploads and imports. If cancelled, discards the upload, unless an app uses it. */
export async function importApp(
  platform: Platform,
  bundle: BundleFile,
  options: { visibility: Visibility; version?: string; ephemeral: boolean },
  job: JobContext
): Promise<App> {
  try {
    await uploadBundle(platform, bundle, job)
    job.stage({ code: 'importing' })
    return await platform.apps.import({ sha256: bundle.sha256, ...options }, job)
  } catch (error) {
    if (job.signal.aborted || isCancelled(error)) await platform.uploads.discard({ sha256: bundle.sha256 })
    throw error
  }
}
