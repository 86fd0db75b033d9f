/** `instance shell`: opens a shell inside an instance, in this terminal. */
import type { Client } from '#shared/contract.ts'
import { openSession } from '#shared/shell-session.ts'
import { defineCommand, UsageError } from '../command.ts'
import type { Context } from '../context.ts'
import { findInstance } from '../ids.ts'

export const instanceShell = defineCommand({
  summary: 'Open a shell inside an instance',
  description:
    'Open a shell in the folder of the app, with its Python and its environment. Every key is the shell’s, Ctrl-C ' +
    'too; it ends by `exit`, and with it all it started. Instances that run in Docker have one.',
  arguments: [
    { name: 'id', summary: 'ID of the instance, or a unique prefix of it', completion: 'instance' }
  ],
  options: [],
  examples: [{ line: 'q8s-cli instance shell 22222222', does: 'Look around where the app runs' }],
  async run(context, [id = '']) {
    const size = context.output.size()
    if (!size || context.stdin.isTTY !== true || context.format === 'json') {
      throw new UsageError('A shell needs a terminal to be shown in.', 'Run it in one, without -o json.')
    }
    const client = await context.client()
    const instance = await findInstance(context, client, id)
    const exitCode = await talk(context, client, instance.id, size)
    if (exitCode) context.output.note(`The shell ended with exit code ${exitCode}.`)
    return undefined
  }
})

/** Connects terminal and shell until one of them ends. */
async function talk(
  { stdin, output, signal }: Context,
  client: Client,
  id: string,
  size: { readonly columns: number; readonly rows: number }
): Promise<number | undefined> {
  const session = await openSession(client, id, size, output.write)
  const type = (typed: string | Buffer) => session.type(typed.toString())
  const stopResizing = output.onResize(() => session.resize(output.size() ?? size))
  signal.addEventListener('abort', session.close)
  stdin.setRawMode?.(true)
  stdin.setEncoding('utf8')
  stdin.on('data', type)
  stdin.once('end', session.close)
  try {
    return (await session.ended)?.exitCode
  } finally {
    stdin.off('data', type)
    stdin.off('end', session.close)
    stdin.pause()
    stdin.setRawMode?.(false)
    signal.removeEventListener('abort', session.close)
    stopResizing()
    session.close()
  }
}
