/** `app remove`: removes apps that have no running instances. */
import type { App } from '#shared/app.ts'
import type { Client } from '#shared/contract.ts'
import { isEnded } from '#shared/instance-state.ts'
import { confirmRemoval } from '../ask.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { findApp } from '../ids.ts'
import { followJob } from '../jobs.ts'

export const appRemove = defineCommand<{ yes?: true }>({
  summary: 'Remove apps that have no running instances',
  description:
    'Remove apps that have no running instances. Their ended instances go with them, with logs and the data on their ' +
    'volumes: it asks before that on a terminal, and wants --yes elsewhere.',
  arguments: [
    {
      name: 'id',
      summary: 'IDs of apps, or unique prefixes of them',
      variadic: true,
      completion: 'app'
    }
  ],
  options: [{ flags: '-y, --yes', summary: 'do not ask' }],
  examples: [{ line: 'q8s-cli app remove bcd54321', does: 'Remove the app whose ID begins with that' }],
  async run(context, given, { yes }) {
    const client = await context.client()
    const apps = []
    for (const id of given) apps.push(await findApp(context, client, id))
    if (!yes) await confirmInstances(context, client, apps)
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

/**
 * Asks before ended instances are removed too. Asks nothing about apps with running ones: the platform refuses those.
 */
async function confirmInstances(context: Context, client: Client, apps: readonly App[]): Promise<void> {
  const ids = new Set(apps.map(({ id }) => id))
  const instances = (await client.platform.instances.list({}, context)).filter(({ app }) => ids.has(app.id))
  if (instances.length === 0 || !instances.every(isEnded)) return
  const count = instances.length === 1 ? '1 ended instance' : `${instances.length} ended instances`
  await confirmRemoval(context, {
    what: `This also removes ${count}, with logs and the data on their volumes.`,
    question: `Remove ${apps.length === 1 ? 'the app' : `${ids.size} apps`} and ${count}?`,
    hint: 'Add --yes to confirm.'
  })
}

/** Shows progress, because with a thousand instances this takes seconds. */
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
