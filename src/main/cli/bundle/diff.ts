/** `bundle diff`: shows the changes in a project, or a `.qz`, against a published app. */
import { resolve } from 'node:path'
import type { Comparison, FileChange } from '#shared/preview.ts'
import { defineCommand } from '../command.ts'
import { table } from '../format.ts'
import { findApp } from '../ids.ts'

const DIFFERENT = 1

export const bundleDiff = defineCommand({
  summary: 'Show what would change against a published app',
  description:
    'Compare the bundle of a project (the folder you are in where none is named), or a .qz, with an app on the ' +
    'platform: which files are added, removed or changed. A file has changed where its size, its CRC-32 or its ' +
    'permission bits differ.\n\n' +
    'Like diff it exits with 0 where nothing differs, and with 1 where something does.',
  arguments: [
    { name: 'id', summary: 'ID of the app, or a unique prefix of it', completion: 'app' },
    { name: 'path', summary: 'a .qz, or the folder of a project', optional: true, completion: 'file' }
  ],
  options: [],
  examples: [
    { line: 'q8s-cli bundle diff bcd54321', does: 'What the project in this folder would change' },
    { line: 'q8s-cli bundle diff bcd54321 my-app.0.0.2.qz', does: 'What a bundle would change' }
  ],
  async run(context, [id = '', path = '.']) {
    const client = await context.client()
    const { id: appId } = await findApp(context, client, id)
    const comparison = await client.preview.compare({ path: resolve(context.cwd, path), appId }, context)
    const { app, changes, unchanged } = comparison
    context.output.note(
      `Against ${app.name} ${app.version}: ${changes.length} differ, ${unchanged} are the same.`
    )
    return { json: comparison, text: describe(comparison), exitCode: changes.length > 0 ? DIFFERENT : 0 }
  }
})

function describe({ changes }: Comparison): string {
  if (changes.length === 0) return ''
  const columns = [
    { title: 'CHANGE', width: 7 },
    { title: 'BEFORE', width: 9 },
    { title: 'NOW', width: 9 },
    { title: 'PATH' }
  ]
  return table(columns, changes.map(row))
}

function row({ change, before, after, path }: FileChange): string[] {
  const facts = ({ size, mode }: { size: number; mode: number }) =>
    change === 'mode' ? mode.toString(8) : String(size)
  return [change, before ? facts(before) : '-', after ? facts(after) : '-', path]
}
