/** `instance copy`: saves a file of an instance on this computer. */
import { basename, resolve } from 'node:path'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { bytesText } from '#shared/quantity.ts'
import { plainText } from '#shared/text.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { findInstance } from '../ids.ts'

export const instanceCopy = defineCommand<{ output?: string; force?: true }>({
  summary: 'Save a file of an instance',
  description:
    'Save a file of an instance on this computer, whether the instance runs or has ended. What the file had when it was ' +
    'opened is saved, whole or not at all.',
  arguments: [
    { name: 'id', summary: 'ID of the instance, or a unique prefix of it', completion: 'instance' },
    { name: 'path', summary: 'file, as instance files lists it: volume/reports/may.csv' }
  ],
  options: [
    { flags: '--output <file>', summary: 'file to write (its name, in this folder)', completion: 'file' },
    { flags: '--force', summary: 'replace a file that is there' }
  ],
  examples: [
    { line: 'q8s-cli instance copy 22222222 volume/may.csv', does: 'Save it in this folder' },
    { line: 'q8s-cli instance copy 22222222 app/run.log --output /tmp/run.log', does: 'Save it there' }
  ],
  async run(context, [id = '', path = ''], { output, force = false }) {
    const client = await context.client()
    const instance = await findInstance(context, client, id)
    const { fileId, name, size } = await client.platform.files.open({ id: instance.id, path }, context)
    try {
      const file = resolve(context.cwd, output ?? safeName(name))
      if (!force) await refuseThere(file)
      const { writeWhole } = await import('#core/files/files.ts')
      await writeWhole(file, piecesOf(context, client, fileId, size), context.signal)
      return { json: { file, size }, text: `Written to ${file} (${bytesText(size)}).` }
    } finally {
      context.output.endProgress()
      await client.platform.files.close({ fileId }).catch(() => undefined)
    }
  }
})

/** The app chose the name. Reduces it to a file name in this folder that is harmless to terminals and systems. */
function safeName(name: string): string {
  const safe = basename(plainText(name).replace(/[\\/:*?"<>|]/g, '_'))
  return /^\.*$/.test(safe) ? 'file' : safe
}

async function refuseThere(file: string): Promise<void> {
  const { lstat } = await import('node:fs/promises')
  if (!(await lstat(file).catch(() => undefined))) return
  throw new AppError(
    'CONFLICT',
    `${file} is there already.`,
    'Name another with --output, or replace it with --force.'
  )
}

async function* piecesOf(context: Context, client: Client, fileId: string, size: number) {
  for (let done = 0; ; ) {
    context.output.progress('Saving', size === 0 ? undefined : Math.floor((100 * done) / size))
    const { data, end } = await client.platform.files.read({ fileId }, context)
    done += data.size
    yield new Uint8Array(await data.arrayBuffer())
    if (end) return
  }
}
