/** Files with a checksum: every changed bit and every cut is detected or harmless. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sealed, unsealed } from '#core/files/sealed.ts'
import { createKept } from '#core/host/preferences.ts'
import { createDrafts } from '#core/project/drafts.ts'
import { createRecentProjects } from '#core/project/recent.ts'
import { locks } from '../locks.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-sealed-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Every variant of the bytes with one bit changed, or cut short. */
function* damages(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    yield damaged
  }
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length)
}

test('a file of an earlier version is still read', () => {
  expect(unsealed('[{"path":"/a"}]\n')).toBe('[{"path":"/a"}]\n')
  expect(unsealed(sealed('{"a":"ä"}'))).toBe('{"a":"ä"}')
})

test('no changed bit and no cut yields another value', () => {
  for (const damaged of damages(Buffer.from(sealed('{"a":"text ä","n":1}')))) {
    let value: unknown
    try {
      value = JSON.parse(unsealed(damaged.toString('utf8')))
    } catch {
      continue
    }
    expect(value).toEqual({ a: 'text ä', n: 1 })
  }
})

test.each<[string, write: () => Promise<unknown>, read: () => Promise<unknown>, none: unknown]>([
  [
    'what windows keep',
    () => createKept(folder, locks).write('view', '{"page":"settings"}'),
    () => createKept(folder, locks).read('view'),
    undefined
  ],
  [
    'recent projects',
    () => createRecentProjects(folder, locks).add('/a/b'),
    () => createRecentProjects(folder, locks).list(),
    []
  ],
  [
    'drafts',
    () => createDrafts(folder, locks).keep('/a/b', { text: 'Name = "x"', revision: 'r', base: '' }),
    () => createDrafts(folder, locks).read('/a/b'),
    undefined
  ]
])('a changed bit in %s sets the file aside, and is never read as a value', async (_, write, read, none) => {
  await write()
  const whole = await read()
  expect(whole).not.toEqual(none)
  const [name = ''] = (await readdir(folder, { recursive: true })).filter(each => each.endsWith('.json'))
  const bytes = await readFile(join(folder, name))
  for (const damaged of [...damages(bytes)].filter((_each, index) => index % 23 === 0)) {
    await writeFile(join(folder, name), damaged)
    const found = await read()
    const aside = (await readdir(folder, { recursive: true })).filter(each => each.includes('.damaged-'))
    if (aside.length === 0) expect(found).toEqual(whole)
    else expect(found).toEqual(none)
    for (const each of aside) await rm(join(folder, each))
  }
})
