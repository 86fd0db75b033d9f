/** `app run`: starts a new instance of an app. */
import type { Visibility } from '#shared/app.ts'
import { defineCommand } from '../command.ts'
import { findApp } from '../ids.ts'
import { runRecord } from '../records.ts'
import { VISIBILITY } from '../values.ts'
import { noteNotices, waitUntilReady } from '../waiting.ts'

export const appRun = defineCommand<{ visibility?: Visibility; wait?: true }>({
  summary: 'Launch a new instance of an app',
  description:
    'Launch a new instance of an app and print its ID and URL.\n\n' +
    'With --wait it ends when the app is ready, or fails with the reason and the last lines of its log.',
  arguments: [{ name: 'id', summary: 'ID of the app, or a unique prefix of it', completion: 'app' }],
  options: [VISIBILITY, { flags: '--wait', summary: 'wait until the app is ready' }],
  examples: [
    { line: 'q8s-cli app run bcd54321', does: 'Launch the app whose ID begins with that' },
    { line: 'q8s-cli app run bcd54321 -v ALL_USERS --wait', does: 'Launch it for everybody, and wait for it' }
  ],
  async run(context, [id = ''], { visibility = 'PRIVATE', wait }) {
    const client = await context.client()
    const app = await findApp(context, client, id)
    const started = await client.platform.instances.run({ appId: app.id, visibility }, context)
    noteNotices(context, started)
    if (!wait) return { json: started, text: runRecord(started) }
    try {
      const ready = await waitUntilReady(context, client, started.id)
      return { json: ready, text: runRecord(ready) }
    } catch (error) {
      if (context.format === 'text') await context.output.write(`${runRecord(started)}\n`)
      throw error
    }
  }
})
