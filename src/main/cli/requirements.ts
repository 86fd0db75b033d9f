/** `requirements`: lists imports that the app's requirements.txt does not install, and the lines that fix it. */
import { resolve } from 'node:path'
import { defineCommand } from './command.ts'
import { table } from './format.ts'

export const requirements = defineCommand<{ write?: boolean }>({
  summary: 'Show what the app imports that requirements.txt does not install',
  description:
    'Reads the Python code the Module leads to, without running it, and names the modules that are neither in the ' +
    'bundle nor in requirements.txt. Imports below an if or a try are left to the app. Modules that another ' +
    'requirement may bring along are listed as not sure.\n\n' +
    '--write adds the packages that are known for certain, and makes the file where there is none.',
  arguments: [
    {
      name: 'folder',
      summary: 'folder of the project; this one where not given',
      optional: true,
      completion: 'folder'
    }
  ],
  options: [{ flags: '--write', summary: 'add what is missing to requirements.txt' }],
  examples: [
    { line: 'q8s-cli requirements', does: 'What requirements.txt lacks for the app in this folder' },
    { line: 'q8s-cli requirements --write', does: 'Add it, or write the file if there is none' }
  ],
  async run(context, [folder = '.'], { write = false }) {
    const client = await context.client()
    const path = resolve(context.cwd, folder)
    const { missing, unsure, count, pinned } = await client.projects.requirements({ path }, context)
    const known = missing.flatMap(({ requirement }) => requirement ?? [])
    const { added } =
      write && known.length > 0
        ? await client.projects.addRequirements({ path, requirements: known }, context)
        : { added: [] }
    if (pinned < count) {
      const verb = count - pinned === 1 ? 'is' : 'are'
      context.output.note(
        `${count - pinned} of ${count} requirements ${verb} not pinned: a later start may install other versions.`
      )
    }
    if (missing.some(({ requirement }) => requirement === undefined))
      context.output.note(
        'Whose module "?" is, you know: add its package yourself, or put it into the bundle.'
      )
    if (unsure.length > 0) {
      const names = unsure.map(({ module }) => module).join(', ')
      context.output.note(`Not sure about: ${names}. Another requirement may install them, or not.`)
    }
    if (added.length > 0) context.output.note(`Added to requirements.txt: ${added.join(', ')}.`)
    const rows = missing.map(({ module, requirement, file, line }) => [
      module,
      requirement ?? '?',
      `${file}:${line}`
    ])
    const columns = [
      { title: 'MODULE', width: 16 },
      { title: 'REQUIREMENT', width: 16 },
      { title: 'IMPORTED' }
    ]
    return {
      json: { missing, unsure, count, pinned, added },
      text: missing.length > 0 ? table(columns, rows) : ''
    }
  }
})
