/** Drops into a browser: folders and bundles are sent, nothing else. */
import { expect, test } from 'vitest'
import type { Client } from '#shared/contract.ts'
import { dropWay, sendDrop } from '../../src/renderer/window/drop.ts'

const file = (name: string) => ({ name, isFile: true, fullPath: `/${name}` }) as FileSystemEntry

test('a file that is not a bundle is refused by its name, and nothing is sent', async () => {
  const host = new Proxy({}, { get: () => expect.unreachable('nothing is asked of the host') }) as Client
  const dropped = sendDrop(host, file('note.txt'), () => undefined, new AbortController().signal)
  await expect(dropped).rejects.toMatchObject({
    code: 'INVALID',
    message: 'note.txt is neither a folder nor a bundle.'
  })
})

test.each([
  [['/a/folder'], 'open', 'open'],
  [['/a/folder'], 'publish', 'publish'],
  [['/a/app.QZ'], 'open', 'publish'],
  [['/a/one', '/a/two'], 'open', 'publish']
] as const)('%j dropped where it says %s: %s', (paths, target, way) => {
  expect(dropWay(paths, target)).toBe(way)
})
