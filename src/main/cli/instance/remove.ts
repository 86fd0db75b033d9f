/** `instance remove`: removes an ended instance with its volume and log. */
import { defineCommand } from '../command.ts'
import { findInstance } from '../ids.ts'
import { actOnMany, INSTANCE_IDS } from './many.ts'

export const instanceRemove = defineCommand({
  summary: 'Remove stopped or failed instances with their volumes and logs',
  arguments: [INSTANCE_IDS],
  options: [],
  examples: [{ line: 'q8s-cli instance remove 22222222', does: 'Remove the stopped instance for good' }],
  async run(context, given) {
    const [id = ''] = given
    if (given.length > 1) return actOnMany(context, 'remove', given)
    const client = await context.client()
    const instance = await findInstance(context, client, id)
    await client.platform.instances.remove({ id: instance.id }, context)
    return { json: { removed: instance }, text: `Removed ${instance.id}` }
  }
})
