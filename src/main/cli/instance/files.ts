/** `instance files`: lists a folder of an instance. */
import { bytesText } from '#shared/quantity.ts'
import { defineCommand } from '../command.ts'
import { table, timestamp } from '../format.ts'
import { findInstance } from '../ids.ts'

const SIGNS = { folder: '/', link: '@', file: '', other: '=' } as const

export const instanceFiles = defineCommand({
  summary: 'List the files of an instance',
  description:
    'List a folder of an instance, whether it runs or has ended: "app" is the folder of the app, "volume" its volume. ' +
    'Folders end in /, links in @, pipes and devices in =; links are not followed.',
  arguments: [
    { name: 'id', summary: 'ID of the instance, or a unique prefix of it', completion: 'instance' },
    { name: 'path', summary: 'folder, such as app/static; without it what there is', optional: true }
  ],
  options: [],
  examples: [
    { line: 'q8s-cli instance files 22222222', does: 'Its folders' },
    { line: 'q8s-cli instance files 22222222 volume/reports', does: 'A folder on its volume' }
  ],
  async run(context, [id = '', path = '']) {
    const client = await context.client()
    const instance = await findInstance(context, client, id)
    const listing = await client.platform.files.list({ id: instance.id, path }, context)
    if (listing.more) context.output.note('There is more in this folder than is listed.')
    const rows = listing.entries.map(({ name, kind, size, modifiedAt, target }) => [
      kind === 'file' ? bytesText(size) : '-',
      modifiedAt === undefined ? '-' : timestamp(modifiedAt),
      `${name}${SIGNS[kind]}${target === undefined ? '' : ` -> ${target}`}`
    ])
    return {
      json: listing,
      text: table([{ title: 'SIZE' }, { title: 'MODIFIED' }, { title: 'NAME' }], rows)
    }
  }
})
