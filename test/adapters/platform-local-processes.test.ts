/** Several processes use one home at the same time. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildChild, startChild } from '../child.ts'
import { makeBundle } from '../platform-bundles.ts'
import { createLocalHome, type LocalHome } from './local-home.ts'

let home: LocalHome
beforeEach(async () => {
  home = await createLocalHome({ engines: [] })
})
afterEach(() => home.remove())

test('50 imports of one bundle by 10 processes at once: one succeeds, the others report the conflict', async () => {
  const program = await buildChild('fixtures/import-child.ts')
  const bundle = await makeBundle({ files: { 'big.bin': Buffer.alloc(5 << 20, 'abcdefg') } })
  const file = join(home.root, 'hello.qz')
  await writeFile(file, bundle.bytes)
  const env = { ...process.env, Q8S_HOME: home.root }
  const children = Array.from({ length: 10 }, () => startChild(program, [file, '5'], env))
  const outputs = await Promise.all(children.map(child => text(child.stdout as NodeJS.ReadableStream)))
  const results = outputs.flatMap(output => JSON.parse(output) as string[])
  expect(results).toHaveLength(50)
  expect(results.filter(result => result === 'imported')).toHaveLength(1)
  expect(results.filter(result => result === 'CONFLICT')).toHaveLength(49)
  const platform = await home.open()
  expect(await platform.apps.list({})).toMatchObject([{ bundle: { sha256: bundle.sha256 } }])
})
