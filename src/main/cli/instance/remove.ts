/** `instance remove`: removes an ended instance with its volume and log. */
import { defineCommand } from '../command.ts'
import { findInstance } from '../ids.ts'

export const instanceRemove = defineCommand({
  summary: 'Remove a stopped or failed instance with its volume and log',
  arguments: [
    { name: 'id', summary: 'ID of the instance, or a unique prefix of it', completion: 'instance' }
  ],
  options: [],
  examples: [{ line: 'q8s-cli instance remove 22222222', does: 'Remove the stopped instance for good' }],
  async run(context, [id = '']) {
    const client = await context.client()
    const instance = await findInstance(context, client, id)
    await client.platform.instances.remove({ id: instance.id }, context)
    return { json: { removed: instance }, text: `Removed ${instance.id}` }
  }
})
