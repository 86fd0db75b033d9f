/** `secret remove`: removes a whole secret, or some of its keys. */
import { defineCommand } from '../command.ts'

export const secretRemove = defineCommand({
  summary: 'Remove a secret, or only the given keys of it',
  arguments: [
    { name: 'name', summary: 'name of the secret', completion: 'secret' },
    { name: 'key', summary: 'keys to remove; all where none is given', optional: true, variadic: true }
  ],
  options: [],
  examples: [
    { line: 'q8s-cli secret remove database', does: 'Remove the whole secret' },
    { line: 'q8s-cli secret remove database PASSWORD', does: 'Remove one key of it' }
  ],
  async run(context, [name = '', ...keys]) {
    const client = await context.client()
    await client.platform.secrets.remove({ name, ...(keys.length > 0 ? { keys } : {}) }, context)
    return { json: { removed: { name, keys } }, text: `Removed ${[name, ...keys].join(' ')}` }
  }
})
