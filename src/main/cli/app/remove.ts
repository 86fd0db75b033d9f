/** `app remove`: removes apps that have no running instances. */
import type { App } from '#shared/app.ts'
import type { Client } from '#shared/contract.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { findApp } from '../ids.ts'
import { followJob } from '../jobs.ts'

export const appRemove = defineCommand({
  summary: 'Remove apps that have no running instances',
  arguments: [
    {
      name: 'id',
      summary: 'IDs of apps, or unique prefixes of them',
      variadic: true,
      completion: 'app'
    }
  ],
  options: [],
  examples: [{ line: 'q8s-cli app remove bcd54321', does: 'Remove the app whose ID begins with that' }],
  async run(context, given) {
    const client = await context.client()
    const apps = []
    for (const id of given) apps.push(await findApp(context, client, id))
    const [app] = apps
    if (app && apps.length === 1) {
      await removeOne(context, client, app)
      return { json: { removed: app }, text: `Removed ${app.id}` }
    }
    const ids = [...new Set(apps.map(({ id }) => id))]
    const { jobId } = await client.upkeep.removeApps({ ids }, context)
    const { items = [] } = await followJob(context, client, jobId)
    return { json: { items }, text: items.map(({ id }) => `Removed ${id}`).join('\n') }
  }
})

/** With a thousand instances it takes seconds. */
async function removeOne(context: Context, client: Client, { id, title, version }: App): Promise<void> {
  const instances = (await client.platform.instances.list({}, context)).filter(({ app }) => app.id === id)
  const { length } = instances
  const them = length === 0 ? '' : ` and its ${length === 1 ? 'instance' : `${length} instances`}`
  try {
    context.output.progress(`Removing ${title} ${version}${them}`)
    await client.platform.apps.remove({ id }, context)
  } finally {
    context.output.endProgress()
  }
}
