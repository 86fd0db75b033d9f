/** `bump`: raises the Version in a project's manifest, and changes no other byte of it. */
import { resolve } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { defineCommand } from './command.ts'

const PARTS = ['patch', 'minor', 'major'] as const

export const bump = defineCommand({
  summary: "Raise the Version of a project's manifest",
  description:
    'Writes the next version into the manifest and leaves every other byte of it as it is: 0.1.2 becomes 0.1.3 ' +
    '(patch), 0.2.0 (minor) or 1.0.0 (major).',
  arguments: [
    { name: 'part', summary: 'what to raise; patch where not given', optional: true, choices: PARTS },
    { name: 'folder', summary: 'folder of the project', optional: true, completion: 'folder' }
  ],
  options: [],
  examples: [
    { line: 'q8s-cli bump', does: 'From 0.1.2 to 0.1.3' },
    { line: 'q8s-cli bump minor my-app', does: 'The next minor version of the project in my-app' }
  ],
  async run(context, [part = 'patch', folder = '.']) {
    const client = await context.client()
    const path = resolve(context.cwd, folder)
    const { manifest } = await client.projects.manifest({ path }, context)
    const from = manifest?.App.Version
    if (from === undefined)
      throw new AppError('INVALID', 'The manifest has no Version that can be read.', 'Fix its text first.')
    const { bumpVersion } = await import('#shared/version.ts')
    const to = bumpVersion(from, part as (typeof PARTS)[number])
    const { version } = await client.publishing.setVersion({ path, from, to }, context)
    return { json: { from, version }, text: `${from} -> ${version}` }
  }
})
