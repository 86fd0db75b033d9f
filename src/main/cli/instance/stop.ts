/** `instance stop`: stops an instance; its volume and log stay. */
import { defineCommand } from '../command.ts'
import { findInstance } from '../ids.ts'
import { instanceRecord } from '../records.ts'
import { actOnMany, INSTANCE_IDS } from './many.ts'

export const instanceStop = defineCommand({
  summary: 'Stop instances; their volumes and logs are kept',
  arguments: [INSTANCE_IDS],
  options: [],
  examples: [
    { line: 'q8s-cli instance stop 22222222', does: 'Stop the instance, and wait until it has ended' }
  ],
  async run(context, given) {
    const [id = ''] = given
    if (given.length > 1) return actOnMany(context, 'stop', given)
    const client = await context.client()
    const found = await findInstance(context, client, id)
    context.output.progress('Stopping')
    const instance = await client.platform.instances.stop({ id: found.id }, context)
    return { json: instance, text: instanceRecord(instance) }
  }
})
