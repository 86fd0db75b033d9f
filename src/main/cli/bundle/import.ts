/** `bundle import`: publishes a project or a `.qz` as a new app. */
import { resolve } from 'node:path'
import type { Visibility } from '#shared/app.ts'
import { AppError } from '#shared/errors.ts'
import { defineCommand } from '../command.ts'
import { followJob } from '../jobs.ts'
import { appRecord } from '../records.ts'
import { VISIBILITY } from '../values.ts'

export const bundleImport = defineCommand<{ visibility?: Visibility }>({
  summary: 'Publish a project or a bundle as a new app',
  description:
    'Bundle a project (the folder you are in where none is named) or take a .qz, and import it as a new app.\n\n' +
    'Name and Version together must be new on the platform: raise the Version before each import.',
  arguments: [
    { name: 'path', summary: 'a .qz, or the folder of a project', optional: true, completion: 'file' }
  ],
  options: [VISIBILITY],
  examples: [
    { line: 'q8s-cli bundle import -v ALL_USERS', does: 'Publish the project in this folder for everybody' },
    { line: 'q8s-cli bundle import my-app.0.0.1.qz', does: 'Publish a bundle that is there already' }
  ],
  async run(context, [path = '.'], { visibility = 'PRIVATE' }) {
    const client = await context.client()
    const { jobId } = await client.projects.publish({ path: resolve(context.cwd, path), visibility }, context)
    const { appId } = await followJob(context, client, jobId)
    if (!appId) throw new AppError('INTERNAL', 'The import ended without an app.')
    const app = await client.platform.apps.get({ id: appId })
    return { json: app, text: appRecord(app) }
  }
})
