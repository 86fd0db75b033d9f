/** Preferences of windows: read back as saved, empty when damaged, bounded in number. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKept, type Kept } from '#core/host/preferences.ts'
import { KeptName } from '#shared/system.ts'
import { locks } from '../locks.ts'

let folder = ''
let kept: Kept
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-kept-'))
  kept = createKept(folder, locks)
})
afterEach(() => rm(folder, { recursive: true }))

test('a saved preference is read back, each under its own name', async () => {
  expect(await kept.read('view')).toBeUndefined()
  await kept.write('view', '{"a":1}')
  await kept.write('view-2', '{"a":2}')
  expect(await createKept(folder, locks).read('view')).toBe('{"a":1}')
  expect(await kept.read('view-2')).toBe('{"a":2}')
})

test('a read during a write returns the new text', async () => {
  await kept.write('view', '{"a":1}')
  const writing = kept.write('view', '{"a":2}')
  expect(await kept.read('view')).toBe('{"a":2}')
  await writing
})

test('a damaged file counts as none, and text that is not JSON is refused', async () => {
  await kept.write('view', '{}')
  await writeFile(join(folder, 'windows', 'view.json'), '{"half')
  expect(await kept.read('view')).toBeUndefined()
  await expect(kept.write('view', '{"half')).rejects.toMatchObject({ code: 'INVALID' })
})

test('preferences of windows that never came back are removed', async () => {
  for (let index = 0; index < 40; index++) await kept.write(`view-${index}`, '{}')
  expect(await readdir(join(folder, 'windows'))).toHaveLength(32)
  expect(await kept.read('view-39')).toBe('{}')
})

test.each(['../view', 'view/..', 'view-', 'settings', 'view-A', '', 'view-..', 'view\0'])(
  'a name such as %j never reaches a file',
  name => {
    expect(KeptName.safeParse(name).success).toBe(false)
  }
)
