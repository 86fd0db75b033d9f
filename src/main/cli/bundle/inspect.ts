/** `bundle inspect`: lists the contents of a `.qz` without unpacking it. */
import { resolve } from 'node:path'
import type { BundleListing } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import { hasErrors } from '#shared/finding.ts'
import { bytesText } from '#shared/quantity.ts'
import { defineCommand } from '../command.ts'
import { findingLine } from '../errors.ts'
import { record, table } from '../format.ts'

export const bundleInspect = defineCommand({
  summary: 'Show what is in a bundle, and what a platform would say of it',
  arguments: [{ name: 'file', summary: 'the .qz', completion: 'file' }],
  options: [],
  examples: [
    { line: 'q8s-cli bundle inspect my-app.0.0.1.qz', does: 'Its manifest, its findings and its files' }
  ],
  async run(context, [file = '']) {
    const client = await context.client()
    const listing = await client.projects.inspect({ file: resolve(context.cwd, file) }, context)
    const text = describe(listing)
    if (hasErrors(listing.findings)) {
      if (context.format === 'text') await context.output.write(`${text}\n`)
      throw new AppError(
        'INVALID',
        'No platform would take this bundle.',
        'Mend the project, and bundle it again.',
        { data: context.format === 'json' ? { ...listing } : { findings: listing.findings } }
      )
    }
    for (const finding of listing.findings) context.output.note(findingLine(finding, context.output))
    return { json: listing, text }
  }
})

function describe({ manifest, sha256, size: bytes, entries }: BundleListing): string {
  const app = manifest?.App
  const head = record([
    ['Name', app?.Name ?? ''],
    ['Version', app?.Version ?? ''],
    ['Title', app?.Title ?? ''],
    ['Module', manifest?.Runtime.Module ?? ''],
    ['SHA-256', sha256],
    ['Size', bytesText(bytes)]
  ])
  const rows = entries.map(entry => [
    modeText(entry.kind, entry.mode),
    String(entry.size),
    String(entry.compressedSize),
    entry.path
  ])
  const columns = [
    { title: 'MODE', width: 10 },
    { title: 'BYTES', width: 9 },
    { title: 'PACKED', width: 9 }
  ]
  return `${head}\n\n${table([...columns, { title: 'PATH' }], rows)}`
}

/** In the style of `ls -l`: `-rw-r--r--`. */
function modeText(kind: 'file' | 'folder' | 'link', mode: number): string {
  const letters = [...'rwxrwxrwx'].map((letter, index) => (mode & (0o400 >> index) ? letter : '-'))
  return { file: '-', folder: 'd', link: 'l' }[kind] + letters.join('')
}
