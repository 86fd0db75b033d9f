/** Saving a file of an instance, a piece at a time: what a blob holds is kept outside of the window, on disk where it is much. */
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { bytesText } from '#shared/quantity.ts'
import { plainText } from '#shared/text.ts'
import { saveFile } from '../../window/save-file.ts'

/** Bytes a window saves; the command line has no such bound. */
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
