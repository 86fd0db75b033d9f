/** Output and clean-up of `exec`, with and without `--watch`. */
import { unlessAborted } from '#core/async/queue.ts'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { Context } from './context.ts'
import { noteNotices } from './waiting.ts'

/** Removes the last lines from the error: the log has already printed them. */
export function withoutLastLines(error: unknown): unknown {
  if (!(error instanceof AppError) || !error.data?.lastLines) return error
  const { lastLines: _told, ...data } = error.data
  return new AppError(error.code, error.message, error.hint, { cause: error, data })
}

export async function showWhere(context: Context, client: Client, id: string): Promise<void> {
  const instance = await client.platform.instances.get({ id })
  noteNotices(context, instance)
  context.output.note(`Navigate to ${instance.url} (Ctrl-C stops it)`)
}

/** Milliseconds to follow the log after the instance ended: a reader may be slow or stalled. */
const LAST_WORDS_MS = 5_000

/**
 * Stops and removes the instance; succeeds if it is gone already. `logging` ends with the log, so that output of the
 * app while it stops is shown too.
 */
export async function removeInstance(
  context: Context,
  client: Client,
  id: string,
  logging: Promise<void>
): Promise<void> {
  try {
    context.output.progress('Stopping')
    await client.platform.instances.stop({ id })
    context.output.endProgress()
    await unlessAborted(logging, AbortSignal.timeout(LAST_WORDS_MS)).catch(() => undefined)
    await client.platform.instances.remove({ id })
  } catch (error) {
    // A cancelled job has already removed it.
    if (error instanceof AppError && error.code === 'NOT_FOUND') return
    throw error
  } finally {
    context.output.endProgress()
  }
}
