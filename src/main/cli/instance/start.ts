/** `instance start`: starts a stopped or failed instance again. */
import { defineCommand } from '../command.ts'
import { findInstance } from '../ids.ts'
import { instanceRecord } from '../records.ts'
import { noteNotices, waitUntilReady } from '../waiting.ts'
import { actOnMany, INSTANCE_IDS } from './many.ts'

export const instanceStart = defineCommand<{ wait?: true }>({
  summary: 'Start stopped or failed instances again, with their volumes and logs',
  arguments: [INSTANCE_IDS],
  options: [{ flags: '--wait', summary: 'wait until the app is ready' }],
  examples: [
    { line: 'q8s-cli instance start 22222222 --wait', does: 'Start it, and wait until it is ready' }
  ],
  async run(context, given, { wait }) {
    const [id = ''] = given
    if (given.length > 1) return actOnMany(context, 'start', given)
    const client = await context.client()
    const found = await findInstance(context, client, id)
    const started = await client.platform.instances.start({ id: found.id }, context)
    noteNotices(context, started)
    const instance = wait ? await waitUntilReady(context, client, started.id) : started
    return { json: instance, text: instanceRecord(instance) }
  }
})
