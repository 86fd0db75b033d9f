/** `app update`: changes the visibility of an app, the only part of it that can change. */
import type { Visibility } from '#shared/app.ts'
import { defineCommand } from '../command.ts'
import { findApp } from '../ids.ts'
import { appRecord } from '../records.ts'
import { VISIBILITY } from '../values.ts'

export const appUpdate = defineCommand<{ visibility: Visibility }>({
  summary: "Change an app's visibility",
  description:
    "Change an app's visibility. All else of an app is immutable: to update it, import a new version.\n\n" +
    'To de-list an old version, make it PRIVATE; its running instances are not touched.',
  arguments: [{ name: 'id', summary: 'ID of the app, or a unique prefix of it', completion: 'app' }],
  options: [{ ...VISIBILITY, required: true }],
  examples: [{ line: 'q8s-cli app update bcd54321 -v ALL_USERS', does: 'Show the app to everybody' }],
  async run(context, [id = ''], { visibility }) {
    const client = await context.client()
    const { id: appId } = await findApp(context, client, id)
    const app = await client.platform.apps.update({ id: appId, visibility }, context)
    return { json: app, text: appRecord(app) }
  }
})
