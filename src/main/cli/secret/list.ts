/** `secret list`: lists names and keys, never values. */
import { defineCommand } from '../command.ts'
import { age, table } from '../format.ts'

export const secretList = defineCommand({
  summary: 'List secrets and their keys; values are never shown',
  arguments: [],
  options: [],
  examples: [{ line: 'q8s-cli secret list', does: 'Names, keys and age of the secrets' }],
  async run(context) {
    const client = await context.client()
    const secrets = await client.platform.secrets.list(undefined, context)
    const rows = secrets.map(({ name, updatedAt, keys }) => [
      name,
      age(updatedAt, context.now()),
      keys.join(', ')
    ])
    const columns = [{ title: 'NAME', width: 30 }, { title: 'UPDATED', width: 7 }, { title: 'KEYS' }]
    return { json: secrets, text: table(columns, rows) }
  }
})
