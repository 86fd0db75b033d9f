/** Saves a file of an instance, piece by piece: the browser stores blobs outside the page, large ones on disk. */
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { bytesText } from '#shared/quantity.ts'
import { plainText } from '#shared/text.ts'
import { saveFile } from '../../window/save-file.ts'

/** Most bytes a window saves; the command line has no limit. */
const LIMIT = 2 * 1024 ** 3

export interface Saved {
  readonly done: number
  readonly size: number
}

export async function saveInstanceFile(
  client: Client,
  place: { readonly id: string; readonly path: string },
  signal: AbortSignal,
  onProgress: (saved: Saved) => void
): Promise<void> {
  const { fileId, name, size } = await client.platform.files.open(place, { signal })
  try {
    if (size > LIMIT) throw tooLarge(size)
    const pieces: Blob[] = []
    let done = 0
    for (let end = false; !end; ) {
      onProgress({ done, size })
      const piece = await client.platform.files.read({ fileId }, { signal })
      pieces.push(piece.data)
      done += piece.data.size
      end = piece.end
    }
    saveFile(new Blob(pieces), plainText(name) || 'file')
  } finally {
    await client.platform.files.close({ fileId }).catch(() => undefined)
  }
}

function tooLarge(size: number): AppError {
  return new AppError(
    'UNSUPPORTED',
    t`It has ${bytesText(size)}, more than a window saves.`,
    t`Save it with the command below.`
  )
}
