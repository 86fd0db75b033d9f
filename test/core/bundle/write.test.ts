/** Writing bundles: deterministic, whole or not at all, and readable by everyone else's zip. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeBundle } from '#core/bundle/write.ts'
import { noise, project, temporaryFolder } from './project.ts'

test('a bundle is accepted by unzip', async () => {
  const folder = project({
    'data/big.bin': noise(5_000_000),
    'text.txt': 'hello '.repeat(900_000),
    'empty/': ''
  })
  const output = join(temporaryFolder(), 'a.qz')
  const written = await writeBundle({ folder, output })
  expect(written.count).toBe(5)
  expect(execFileSync('unzip', ['-t', output], { encoding: 'utf8' })).toContain('No errors detected')
})
