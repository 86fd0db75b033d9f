/** `support`: writes an archive that helps to find out why something does not work, without secrets. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { bytesText } from '#shared/quantity.ts'
import { defineCommand } from './command.ts'
import { table } from './format.ts'

interface Options {
  readonly output?: string
  readonly dryRun?: true
}

export const support = defineCommand<Options>({
  summary: 'Write a support archive, with what is secret taken out',
  description:
    'Write a zip with versions, settings, the diagnosis, jobs, the last of the log of q8s itself, states of the newest ' +
    'instances and the last lines of their logs. Values of secrets, of variables kept for projects, passwords and ' +
    'tokens known to this computer are taken out. Nothing is sent anywhere: read it, then send it to the person who helps you.',
  arguments: [],
  options: [
    {
      flags: '--output <file>',
      summary: 'file to write (q8s-support-<date>.zip in your home folder)',
      completion: 'file'
    },
    { flags: '--dry-run', summary: 'only list what it would hold' }
  ],
  examples: [
    { line: 'q8s-cli support --dry-run', does: 'List what it would hold' },
    { line: 'q8s-cli support --output report.zip', does: 'Write it to that file' }
  ],
  async run(context, _given, { output, dryRun }) {
    const client = await context.client()
    context.output.progress('Gathering')
    const { id, files } = await client.system.prepareSupport(undefined, context)
    const entries = files.map(({ name, about, size: bytes }) => ({ name, about, size: bytes }))
    const rows = entries.map(entry => [entry.name, bytesText(entry.size), entry.about])
    const list = table([{ title: 'FILE' }, { title: 'SIZE' }, { title: 'WHAT IT IS' }], rows)
    if (dryRun) return { json: { files: entries }, text: list }
    const day = context.now().toISOString().slice(0, 10)
    const file =
      output === undefined ? join(homedir(), `q8s-support-${day}.zip`) : resolve(context.cwd, output)
    const archive = await client.system.supportArchive({ id }, context)
    const { writeWhole } = await import('#core/files/files.ts')
    await writeWhole(file, archive.stream(), context.signal)
    return {
      json: { file, size: archive.size, files: entries },
      text: `${list}\n\nWritten to ${file} (${bytesText(archive.size)}). Read it before you send it.`
    }
  }
})
