/** `app list`: lists the caller's apps, or all apps that can be launched. */
import { defineCommand } from '../command.ts'
import { appTable } from '../records.ts'

export const appList = defineCommand<{ all?: true }>({
  summary: 'List your apps, or with -a all apps available for launch',
  arguments: [],
  options: [{ flags: '-a, --all', summary: 'also the apps others published to all users' }],
  examples: [
    { line: 'q8s-cli app list -a', does: 'All apps available for launch, newest first' },
    { line: 'q8s-cli app list -o json', does: 'Your own apps, as one JSON document' }
  ],
  async run(context, _given, { all = false }) {
    const client = await context.client()
    const apps = await client.platform.apps.list({ all }, context)
    return { json: apps, text: appTable(apps, context.now()) }
  }
})
