/** `instance start`: starts a stopped or failed instance again. */
import { defineCommand } from '../command.ts'
import { findInstance } from '../ids.ts'
import { instanceRecord } from '../records.ts'
import { noteNotices, waitUntilReady } from '../waiting.ts'

export const instanceStart = defineCommand<{ wait?: true }>({
  summary: 'Start a stopped or failed instance again, with its volume and log',
  arguments: [
    { name: 'id', summary: 'ID of the instance, or a unique prefix of it', completion: 'instance' }
  ],
  options: [{ flags: '--wait', summary: 'wait until the app is ready' }],
  examples: [
    { line: 'q8s-cli instance start 22222222 --wait', does: 'Start it, and wait until it is ready' }
  ],
  async run(context, [id = ''], { wait }) {
    const client = await context.client()
    const found = await findInstance(context, client, id)
    const started = await client.platform.instances.start({ id: found.id }, context)
    noteNotices(context, started)
    const instance = wait ? await waitUntilReady(context, client, started.id) : started
    return { json: instance, text: instanceRecord(instance) }
  }
})
