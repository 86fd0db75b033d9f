/** Reading bundles back: content, links and modes as they were written. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { extractBundle, inspectBundle } from '#core/bundle/read/index.ts'
import { writeBundle } from '#core/bundle/write/write.ts'
import { noise, project, temporaryFolder } from './project.ts'

/** A line for each path below a folder: kind, mode, content. */
function describeTree(folder: string, path = ''): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true })
    .flatMap(child => {
      const own = `${path}${child.name}`
      const absolute = join(folder, own)
      const mode = (lstatSync(absolute).mode & 0o777).toString(8)
      if (child.isSymbolicLink()) return [`${own} -> ${readlinkSync(absolute)}`]
      if (!child.isDirectory()) return [`${own} ${mode} ${readFileSync(absolute).toString('base64')}`]
      return [`${own}/ ${mode}`, ...describeTree(folder, `${own}/`)]
    })
    .sort()
}

test('the extracted files equal the project', async () => {
  const folder = project({
    'static/icon.png': noise(40_000),
    'data/big.bin': noise(3_000_000),
    'data/text.csv': 'a,b,c\n'.repeat(500_000),
    'bin/run.sh': { mode: 0o755, content: '#!/bin/sh\n' },
    'empty/': '',
    'deep/er/empty/': '',
    'caf\u00e9/na\u0308ive.txt': 'composed and decomposed',
    '日本語/絵文字 🎉.txt': 'beyond the basic plane',
    latest: { link: 'data/text.csv' },
    'deep/up': { link: '../static' },
    'zero.txt': ''
  })
  const output = join(temporaryFolder(), 'a.qz')
  await writeBundle({ folder, output })
  const copy = join(temporaryFolder(), 'copy')
  await extractBundle(output, copy)
  expect(describeTree(copy)).toEqual(describeTree(folder))
  const listing = await inspectBundle(output)
  expect(listing.manifest?.App.Name).toBe('ai.example.app')
})

test('a file that is a secret by its name is also reported in a bundle', async () => {
  const output = join(temporaryFolder(), 'a.qz')
  await writeBundle({ folder: project({ 'deploy/id_ed25519': 'x', 'a.txt': '' }), output })
  const { findings } = await inspectBundle(output)
  expect(findings.filter(({ rule }) => rule === 'secret-file')).toEqual([
    expect.objectContaining({ severity: 'warning', file: 'deploy/id_ed25519' })
  ])
})
