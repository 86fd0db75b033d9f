/** `app remove`: removes an app that has no running instances. */
import { defineCommand } from '../command.ts'
import { findApp } from '../ids.ts'

export const appRemove = defineCommand({
  summary: 'Remove an app that has no running instances',
  arguments: [{ name: 'id', summary: 'ID of the app, or a unique prefix of it', completion: 'app' }],
  options: [],
  examples: [{ line: 'q8s-cli app remove bcd54321', does: 'Remove the app whose ID begins with that' }],
  async run(context, [id = '']) {
    const client = await context.client()
    const app = await findApp(context, client, id)
    await client.platform.apps.remove({ id: app.id }, context)
    return { json: { removed: app }, text: `Removed ${app.id}` }
  }
})
