/** `instance list`: lists the caller's instances, with state and reason. */
import { defineCommand } from '../command.ts'
import { instanceTable } from '../records.ts'

export const instanceList = defineCommand<{ all?: true }>({
  summary: 'List your instances with their state',
  arguments: [],
  options: [{ flags: '-a, --all', summary: 'also instances others made visible' }],
  examples: [{ line: 'q8s-cli instance list', does: 'Your instances, newest first' }],
  async run(context, _given, { all = false }) {
    const client = await context.client()
    const instances = await client.platform.instances.list({ all }, context)
    for (const why of new Set(instances.flatMap(({ engineGone }) => engineGone ?? []))) {
      context.output.note(why)
    }
    return { json: instances, text: instanceTable(instances, context.now()) }
  }
})
