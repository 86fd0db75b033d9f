/** `instance restart`: stops instances and starts them again. */
import { defineCommand } from '../command.ts'
import { findInstance } from '../ids.ts'
import { instanceRecord } from '../records.ts'
import { waitUntilReady } from '../waiting.ts'
import { actOnMany, INSTANCE_IDS } from './many.ts'

export const instanceRestart = defineCommand<{ wait?: true }>({
  summary: 'Stop instances and start them again, with their volumes and logs',
  arguments: [INSTANCE_IDS],
  options: [{ flags: '--wait', summary: 'wait until the app is ready; for one instance' }],
  examples: [
    { line: 'q8s-cli instance restart 22222222 --wait', does: 'Restart it, and wait until it is ready' }
  ],
  async run(context, given, { wait }) {
    if (given.length > 1) return actOnMany(context, 'restart', given)
    const client = await context.client()
    const { id } = await findInstance(context, client, given[0] ?? '')
    await actOnMany(context, 'restart', [id])
    const instance = wait
      ? await waitUntilReady(context, client, id)
      : await client.platform.instances.get({ id }, context)
    return { json: instance, text: instanceRecord(instance) }
  }
})
