/** Downloads a file of a channel. Fails unless its size and SHA-512 match the channel. */
import { createHash } from 'node:crypto'
import { open as openFile, rm } from 'node:fs/promises'
import { fileError } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { type Fetch, noAnswer, type Offer, open } from './channel.ts'

export interface Download {
  readonly url: string
  readonly file: Offer['files'][number]
  readonly to: string
  readonly fetch: Fetch
  readonly progress: (done: number, total: number) => void
  readonly signal: AbortSignal
}

/** Leaves no file behind if it fails. */
export async function download({ url, file, to, fetch, progress, signal }: Download): Promise<void> {
  const target = await openFile(to, 'w', 0o600).catch(error => {
    throw fileError(error, t`${to} could not be written`)
  })
  try {
    const hash = createHash('sha512')
    let done = 0
    const response = await open(url, fetch, signal)
    for await (const part of response.body ?? []) {
      done += part.byteLength
      if (done > file.size) throw notTheSame(url, t`it has more than ${file.size} bytes`)
      hash.update(part)
      await target.writeFile(part)
      progress(done, file.size)
    }
    if (done !== file.size) throw notTheSame(url, t`it has ${done} bytes instead of ${file.size}`)
    if (hash.digest('base64') !== file.sha512) throw notTheSame(url, t`its SHA-512 is different`)
    await target.sync()
    await target.close()
  } catch (error) {
    await target.close().catch(() => undefined)
    await rm(to, { force: true })
    signal.throwIfAborted()
    const problem = fileError(error, t`${to} could not be written`)
    throw problem instanceof AppError ? problem : noAnswer(url, error)
  }
}

function notTheSame(url: string, why: string) {
  return new AppError(
    'INVALID',
    t`${url} is not the file the channel lists: ${why}. It was deleted.`,
    t`Try again later. If it still fails, report it to the publisher of this app.`
  )
}
