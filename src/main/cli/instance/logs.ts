/** `instance logs`: prints the log of an instance, all of it or as it is written. */
import { defineCommand } from '../command.ts'
import { findInstance, onlyInstance } from '../ids.ts'
import { writeLog } from '../log.ts'
import { parseCount } from '../values.ts'

export const instanceLogs = defineCommand<{ follow?: true; tail?: number; timestamps?: true }>({
  summary: 'Print the log of an instance',
  description:
    'Print the log of an instance: its app, its server, and what q8s did to start them.\n\n' +
    'A pipe or a file gets the text as the app wrote it; a terminal gets it without control sequences ' +
    'other than colour. Lines the log no longer has are counted on stderr.',
  arguments: [
    {
      name: 'id',
      summary: 'ID of the instance, or a unique prefix of it; not needed while you have only one',
      optional: true,
      completion: 'instance'
    }
  ],
  options: [
    { flags: '-f, --follow', summary: 'go on as new lines come, until the instance ends or Ctrl-C' },
    { flags: '--tail <lines>', summary: 'begin with the last lines only', parse: parseCount },
    { flags: '--timestamps', summary: 'put the time (UTC) before each line' }
  ],
  examples: [
    { line: 'q8s-cli instance logs 22222222 -f', does: 'Follow the log' },
    { line: 'q8s-cli instance logs 22222222 --tail 100 > app.log', does: 'Keep the last 100 lines in a file' }
  ],
  async run(context, [id], { follow = false, tail, timestamps = false }) {
    const client = await context.client()
    const instance =
      id === undefined ? await onlyInstance(context, client) : await findInstance(context, client, id)
    await writeLog(context, client, instance.id, { follow, tail, timestamps }, context.signal)
    return undefined
  }
})
