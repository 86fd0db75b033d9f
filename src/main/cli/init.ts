/** `init`: creates a new app from the sample, or a manifest for a folder that already has code. */
import { readdir } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import type { Client } from '#shared/contract.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import type { Project } from '#shared/project.ts'
import { quote } from '#shared/shell-word.ts'
import { ask } from './ask.ts'
import { defineCommand, UsageError } from './command.ts'
import { type Context, canAsk } from './context.ts'
import { record } from './format.ts'

interface Options {
  readonly yes?: true
  readonly sample?: true
  readonly name?: string
  readonly title?: string
  readonly module?: string
}

export const init = defineCommand<Options>({
  summary: 'Make a new app from the sample, or a manifest for a folder with code',
  description:
    'In a new or empty folder: a copy of the sample app. In a folder with code: a q-app.toml, its Module and route ' +
    'found by looking at the code. On a terminal it asks; --yes takes what it would suggest.',
  arguments: [
    {
      name: 'folder',
      summary: 'folder of the app; this one where not given',
      optional: true,
      completion: 'folder'
    }
  ],
  options: [
    { flags: '-y, --yes', summary: 'ask nothing' },
    { flags: '--sample', summary: 'copy the sample app; the folder must be new or empty' },
    { flags: '--name <name>', summary: "App.Name, the app's unique identifier" },
    { flags: '--title <title>', summary: 'App.Title, for people' },
    { flags: '--module <module>', summary: 'Runtime.Module, started with python3 -m' }
  ],
  examples: [
    { line: 'q8s-cli init my-app --sample', does: 'Start a new app from the sample' },
    { line: 'q8s-cli init --yes', does: 'Write a q-app.toml for the code in this folder' }
  ],
  async run(context, [folder = '.'], options) {
    const path = resolve(context.cwd, folder)
    const client = await context.client()
    const project = await create(context, client, path, options)
    const place = relative(context.cwd, project.path)
    const word = quote(place, process.platform === 'win32' ? 'powershell' : 'posix')
    context.output.note(`Next: ${place === '' ? '' : `cd ${word}, then `}q8s-cli exec`)
    return { json: project, text: projectRecord(project) }
  }
})

async function create(context: Context, client: Client, path: string, options: Options): Promise<Project> {
  const { name, title, module, sample, yes } = options
  const given = Object.fromEntries(
    Object.entries({ name, title, module }).filter(([, value]) => value !== undefined)
  )
  const names = await namesIn(path)
  if (sample || names?.length === 0) {
    if (module === undefined) return client.projects.init({ path, from: 'sample', ...given }, context)
    throw new UsageError(
      'The sample has a Module of its own.',
      'Leave --module out, or name a folder with code.'
    )
  }
  // `projects.init` refuses a folder that cannot be read or has a manifest, so it needs no questions.
  const pointless = !names || MANIFEST_FILES.some(file => names.includes(file))
  if (yes || pointless || !canAsk(context))
    return client.projects.init({ path, from: 'manifest', ...given }, context)
  const found = await client.projects.detect({ path }, context)
  for (const line of found.evidence) context.output.note(`  ${line}`)
  const needed = (answer: string) => (answer === '' ? 'It must not be empty.' : undefined)
  const [askedName = '', askedTitle = '', askedModule = ''] = await ask(context, [
    { text: 'Name (unique identifier)', fallback: name ?? found.name, refuse: needed },
    { text: 'Title', fallback: title ?? found.title },
    { text: 'Module (python3 -m …)', fallback: module ?? found.module ?? '', refuse: needed }
  ])
  return client.projects.init(
    { path, from: 'manifest', name: askedName, title: askedTitle, module: askedModule },
    context
  )
}

/** Empty for a folder that does not exist yet; undefined for one that cannot be read. */
async function namesIn(path: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(path)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined
  }
}

function projectRecord(project: Project): string {
  return record([
    ['Project', project.path],
    ['Name', project.name ?? ''],
    ['Version', project.version ?? ''],
    ['Title', project.title]
  ])
}
