/** `secret set`: adds or replaces keys of a secret; values can be kept out of the shell's history. */

import { readHidden } from '../ask.ts'
import { defineCommand, UsageError } from '../command.ts'
import type { Context } from '../context.ts'
import { decode, parsePair, readTextFile } from '../values.ts'
import { secretRecord } from './record.ts'

export const secretSet = defineCommand({
  summary: 'Add or replace keys of a secret; its other keys stay',
  description:
    'Add or replace keys of a secret; its other keys stay.\n\n' +
    'KEY=- takes the value from stdin (without its last newline), or asks for it on a terminal. KEY=@file takes it ' +
    'from a file as it is. Neither leaves it in the history of the shell. KEY=@@text is the value "@text".',
  arguments: [
    { name: 'name', summary: 'name of the secret', completion: 'secret' },
    { name: 'KEY=VALUE', summary: 'keys and their values', variadic: true }
  ],
  options: [],
  examples: [
    { line: 'q8s-cli secret set database USER=me PASSWORD=-', does: 'Ask for the password' },
    { line: 'pass show db | q8s-cli secret set database PASSWORD=-', does: 'Take it from another program' },
    { line: 'q8s-cli secret set tls KEY=@server.key', does: 'Take the value from a file' }
  ],
  async run(context, [name = '', ...pairs]) {
    const values = await readValues(context, pairs.map(parsePair))
    const client = await context.client()
    const secret = await client.platform.secrets.set({ name, values }, context)
    // The secret is stored by now: an error here only loses the notes on how it is protected, so ignore it.
    const info = await client.platform.info(undefined, context).catch(() => undefined)
    for (const notice of info?.notices ?? []) context.output.note(`Note: ${notice}`)
    return { json: secret, text: secretRecord(secret) }
  }
})

async function readValues(context: Context, pairs: readonly (readonly [string, string])[]) {
  const values: Record<string, string> = {}
  const fromStdin = pairs.filter(([, value]) => value === '-')
  if (fromStdin.length > 1 && context.stdin.isTTY !== true) {
    throw new UsageError('Only one value can come from stdin.', 'Set the others in a call of their own.')
  }
  for (const [key, value] of pairs) {
    if (value === '-') values[key] = await readStdin(context, key)
    else if (value.startsWith('@@')) values[key] = value.slice(1)
    else if (value.startsWith('@')) values[key] = await readTextFile(context.cwd, value.slice(1))
    else values[key] = value
  }
  return values
}

async function readStdin(context: Context, key: string): Promise<string> {
  if (context.stdin.isTTY) return readHidden(context, `Value of ${key}: `)
  const parts: Buffer[] = []
  for await (const part of context.stdin) parts.push(Buffer.from(part as Uint8Array))
  return decode(Buffer.concat(parts), 'The value on stdin').replace(/\r?\n$/, '')
}
