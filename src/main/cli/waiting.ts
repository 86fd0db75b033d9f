/** `--wait`: waits until an instance is ready; if it fails, the error has its reason and last lines. */
import type { Client } from '#shared/contract.ts'
import type { Instance } from '#shared/instance.ts'
import { stageText } from '#shared/stage.ts'
import type { Context } from './context.ts'

/** Shows the progress of the instance; Ctrl-C ends the waiting, not the instance. */
export async function waitUntilReady(context: Context, client: Client, id: string): Promise<Instance> {
  const core = await import('#core/publishing/publish.ts')
  try {
    return await core.waitUntilReady(client.platform, id, {
      signal: context.signal,
      stage: (stage, percent) => context.output.progress(stageText(stage), percent),
      log: () => {},
      found: () => {}
    })
  } catch (error) {
    if (context.signal.aborted)
      context.output.note(`It is still starting. To end it: q8s-cli instance stop ${id}`)
    throw error
  } finally {
    context.output.endProgress()
  }
}

/** Prints what the user should know of a new instance: another port than requested, no hard memory limit. */
export function noteNotices(context: Context, instance: Instance): void {
  for (const notice of instance.notices) context.output.note(`Note: ${notice}`)
}
