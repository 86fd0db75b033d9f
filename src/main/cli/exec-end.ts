/** What `exec` says and clears away, whichever way it runs. */
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { Context } from './context.ts'
import { noteNotices } from './waiting.ts'

/** The log has been written out already: its last lines are not told twice. */
export function withoutLastLines(error: unknown): unknown {
  if (!(error instanceof AppError) || !error.data?.lastLines) return error
  const { lastLines: _told, ...data } = error.data
  return new AppError(error.code, error.message, error.hint, { cause: error, data })
}

export async function tellWhere(context: Context, client: Client, id: string): Promise<void> {
  const instance = await client.platform.instances.get({ id })
  noteNotices(context, instance)
  context.output.note(`Navigate to ${instance.url} (Ctrl-C stops it)`)
}

/** Fine for one that is gone already. */
export async function removeInstance(context: Context, client: Client, id: string): Promise<void> {
  try {
    context.output.progress('Stopping')
    await client.platform.instances.stop({ id })
    await client.platform.instances.remove({ id })
  } catch (error) {
    // A cancelled job has taken it back already.
    if (error instanceof AppError && error.code === 'NOT_FOUND') return
    throw error
  } finally {
    context.output.endProgress()
  }
}
