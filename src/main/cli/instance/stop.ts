/** `instance stop`: ends an instance; its volume and log stay. */
import { defineCommand } from '../command.ts'
import { findInstance } from '../ids.ts'
import { instanceRecord } from '../records.ts'

export const instanceStop = defineCommand({
  summary: 'Stop an instance; its volume and log are kept',
  arguments: [
    { name: 'id', summary: 'ID of the instance, or a unique prefix of it', completion: 'instance' }
  ],
  options: [],
  examples: [
    { line: 'q8s-cli instance stop 22222222', does: 'Stop the instance, and wait until it has ended' }
  ],
  async run(context, [id = '']) {
    const client = await context.client()
    const found = await findInstance(context, client, id)
    context.output.progress('Stopping')
    const instance = await client.platform.instances.stop({ id: found.id }, context)
    return { json: instance, text: instanceRecord(instance) }
  }
})
