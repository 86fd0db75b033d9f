/** `bundle deploy`: publishes a project under its own stamped version and runs it. */
import { resolve } from 'node:path'
import { isDeployVersion, type Visibility } from '#shared/app.ts'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { Instance } from '#shared/instance.ts'
import { defineCommand, type Result } from '../command.ts'
import type { Context } from '../context.ts'
import { followJob } from '../jobs.ts'
import { appRecord, runRecord } from '../records.ts'
import { VISIBILITY } from '../values.ts'
import { noteNotices } from '../waiting.ts'

export const bundleDeploy = defineCommand<{ visibility?: Visibility; wait?: true }>({
  summary: 'Publish a project under a version of its own, and run it',
  description:
    'Bundle, import and run a project (the folder you are in where none is named) or a .qz.\n\n' +
    'The time (UTC) is added to the Version, so that this can be done again and again; the project is not ' +
    'written to, and such a version is never the latest one. `q8s-cli app cleanup` removes old ones.',
  arguments: [
    { name: 'path', summary: 'a .qz, or the folder of a project', optional: true, completion: 'file' }
  ],
  options: [VISIBILITY, { flags: '--wait', summary: 'wait until the app is ready' }],
  examples: [
    { line: 'q8s-cli bundle deploy', does: 'Run what is in this folder on the platform' },
    { line: 'q8s-cli bundle deploy --wait -o json', does: 'In a script: wait, and get one JSON document' }
  ],
  async run(context, [path = '.'], { visibility = 'PRIVATE', wait = false }) {
    const client = await context.client()
    const request = { path: resolve(context.cwd, path), visibility, deploy: true, wait }
    const { jobId } = await client.projects.publish(request, context)
    try {
      const { appId, instanceId } = await followJob(context, client, jobId)
      if (!appId || !instanceId) throw new AppError('INTERNAL', 'The deployment ended without an instance.')
      const { result, instance } = await describe(client, appId, instanceId)
      noteNotices(context, instance)
      await noteOlderDeploys(context, client, instance)
      return result
    } catch (error) {
      // Print what was created even if the instance did not become ready.
      const { appId, instanceId } = (error instanceof AppError ? error.data : undefined) ?? {}
      if (context.format === 'text' && typeof appId === 'string' && typeof instanceId === 'string') {
        const described = await describe(client, appId, instanceId).catch(() => undefined)
        if (described) await context.output.write(`${described.result.text}\n`)
      }
      throw error
    }
  }
})

/** Each deploy adds a version, so prints how many older ones of this app can be cleaned up, if that is known. */
async function noteOlderDeploys(
  context: Context,
  client: Client,
  { app: { id, name } }: Instance
): Promise<void> {
  const apps = await client.platform.apps.list({}, context).catch(() => [])
  const older = apps.filter(app => app.name === name && app.id !== id && isDeployVersion(app.version)).length
  if (older === 0) return
  const what = older === 1 ? `1 older deploy of ${name} remains` : `${older} older deploys of ${name} remain`
  context.output.note(`Note: ${what}. To see what can go: q8s-cli app cleanup --dry-run`)
}

async function describe(client: Client, appId: string, instanceId: string) {
  const [app, instance] = await Promise.all([
    client.platform.apps.get({ id: appId }),
    client.platform.instances.get({ id: instanceId })
  ])
  const result: Result = { json: { app, instance }, text: `${appRecord(app)}\n${runRecord(instance)}` }
  return { result, instance }
}
