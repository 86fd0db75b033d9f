/** `instance update`: changes the visibility of an instance. */
import type { Visibility } from '#shared/app.ts'
import { defineCommand } from '../command.ts'
import { findInstance } from '../ids.ts'
import { instanceRecord } from '../records.ts'
import { VISIBILITY } from '../values.ts'

export const instanceUpdate = defineCommand<{ visibility: Visibility }>({
  summary: "Change an instance's visibility",
  arguments: [
    { name: 'id', summary: 'ID of the instance, or a unique prefix of it', completion: 'instance' }
  ],
  options: [{ ...VISIBILITY, required: true }],
  examples: [{ line: 'q8s-cli instance update 22222222 -v PRIVATE', does: 'Keep the instance to yourself' }],
  async run(context, [id = ''], { visibility }) {
    const client = await context.client()
    const found = await findInstance(context, client, id)
    const instance = await client.platform.instances.update({ id: found.id, visibility }, context)
    return { json: instance, text: instanceRecord(instance) }
  }
})
