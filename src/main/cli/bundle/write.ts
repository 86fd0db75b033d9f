/** `bundle`: writes the project's `.qz`, or with --dry-run lists the files that would go in. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { reasonText } from '#shared/file-reason.ts'
import { hasErrors } from '#shared/finding.ts'
import { bytesText } from '#shared/quantity.ts'
import { defineCommand, type Result, UsageError } from '../command.ts'
import type { Context } from '../context.ts'
import { findingLine } from '../errors.ts'
import { quantity, record, table } from '../format.ts'
import { followJob } from '../jobs.ts'

const VERBS = ['inspect', 'diff', 'import', 'deploy']

export const bundleWrite = defineCommand<{ output?: string; dryRun?: true }>({
  summary: 'Bundle a project into a .qz, or inspect, compare, import or deploy one',
  description:
    'Bundle the project in a folder (this one where none is named) into <name>.<version>.qz in that folder.\n\n' +
    'What stays out: the patterns of .gitignore and .q8signore, virtual environments, caches, and what --dry-run ' +
    'shows with its reason. The same tree gives the same bytes on every machine.',
  arguments: [{ name: 'folder', summary: 'folder of the project', optional: true, completion: 'folder' }],
  options: [
    { flags: '--output <file>', summary: 'file to write', completion: 'file' },
    { flags: '--dry-run', summary: 'write nothing; list each file, in or out, with the reason' }
  ],
  examples: [
    { line: 'q8s-cli bundle', does: 'Bundle the project in this folder' },
    {
      line: 'q8s-cli bundle my-app --output my-app.qz',
      does: 'Bundle another one, into a file of that name'
    },
    { line: 'q8s-cli bundle --dry-run', does: 'See what goes in, what stays out, and why' }
  ],
  async run(context, [folder = '.'], { output, dryRun }) {
    const path = resolve(context.cwd, folder)
    await refuseVerb(path, folder)
    const client = await context.client()
    if (dryRun) return listFiles(context, client, path)
    const { jobId } = await client.projects.bundle(
      { path, ...(output === undefined ? {} : { output: resolve(context.cwd, output) }) },
      context
    )
    const { file = '', sha256 = '', findings = [] } = await followJob(context, client, jobId)
    const bytes = (await stat(file)).size
    const text = record([
      ['Bundle', file],
      ['Size', bytesText(bytes)],
      ['SHA-256', sha256]
    ])
    return { json: { file, size: bytes, sha256, findings }, text }
  }
})

/** `bundle imprt` is more likely a misspelt command than a folder. */
async function refuseVerb(path: string, typed: string): Promise<void> {
  if (!/^[a-z]+$/.test(typed)) return
  const info = await stat(path).catch(() => undefined)
  if (info) return
  throw new UsageError(
    `There is no folder ${path}, and no command "bundle ${typed}".`,
    `The commands are: ${VERBS.map(verb => `bundle ${verb}`).join(', ')}.`
  )
}

/** Lists the files even if a finding forbids the bundle, and fails afterwards. */
async function listFiles(context: Context, client: Client, path: string): Promise<Result> {
  const listing = await client.projects.files({ path }, context)
  const rows = listing.entries.map(entry => [
    entry.included ? 'in' : 'out',
    entry.path.endsWith('/') ? '-' : String(entry.size),
    entry.path,
    reasonText(entry.reason)
  ])
  const text = table(
    [{ title: 'IN?' }, { title: 'BYTES', width: 9 }, { title: 'PATH', width: 40 }, { title: 'REASON' }],
    rows
  )
  if (hasErrors(listing.findings)) {
    if (context.format === 'text') await context.output.write(`${text}\n`)
    throw new AppError('INVALID', 'This project cannot be bundled as it is.', 'Mend what is listed.', {
      data: context.format === 'json' ? jsonOf(listing) : { findings: listing.findings }
    })
  }
  for (const finding of listing.findings) context.output.note(findingLine(finding, context.output))
  const left = listing.entries.filter(entry => !entry.included).length
  const budget = listing.budget === 0 ? '' : ` of the size budget of ${quantity(listing.budget)}`
  const count = listing.count === 1 ? '1 file' : `${listing.count} files`
  context.output.note(`In: ${count}, ${bytesText(listing.size)}${budget}. Out: ${left}.`)
  return { json: jsonOf(listing), text }
}

/** Each entry with its reason as text for people, and as a code with arguments for programs. */
function jsonOf(listing: Awaited<ReturnType<Client['projects']['files']>>) {
  const entries = listing.entries.map(({ reason, ...entry }) => {
    const { code, ...args } = reason
    return { ...entry, reason: reasonText(reason), code, args }
  })
  return { ...listing, entries }
}
