/** Paths a page may name: what its user chose, what is in it, and nothing else, however it is written. */
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createGivenPaths, pathsNamed } from '#core/api/given-paths.ts'
import { contract } from '#shared/contract.ts'

let root = ''
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'q8s-given-')))
  for (const name of ['chosen/sub', 'known', 'chosen-not']) await mkdir(join(root, name), { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true }))

function chosen() {
  const paths = createGivenPaths(async () => [join(root, 'known')])
  paths.give(join(root, 'chosen'))
  return paths
}
const refused = { code: 'FORBIDDEN', hint: expect.stringContaining('Open folder') }

test.each(['chosen', 'chosen/sub', 'chosen/not-yet/there.qz', 'chosen/sub/..', 'known'])(
  '%s may be named',
  async path => {
    await chosen().require(join(root, path))
  }
)

test.each(['.', '..', 'chosen-not', 'chosen/..', 'chosen/../chosen-not', 'elsewhere', '/', '/etc', ''])(
  '%j may not',
  async path => {
    await expect(chosen().require(path.startsWith('/') ? path : `${root}/${path}`)).rejects.toMatchObject(
      refused
    )
  }
)

test.skipIf(process.platform === 'win32')(
  'no link leads out, and one to a chosen folder leads in',
  async () => {
    await symlink(join(root, 'chosen-not'), join(root, 'chosen/out'))
    await symlink(join(root, 'chosen'), join(root, 'in'))
    const paths = chosen()
    await expect(paths.require(join(root, 'chosen/out'))).rejects.toMatchObject(refused)
    await expect(paths.require(join(root, 'chosen/out/new'))).rejects.toMatchObject(refused)
    await paths.require(join(root, 'in/sub'))
  }
)

test('a file that was chosen opens nothing beside it', async () => {
  await writeFile(join(root, 'app.qz'), '')
  const paths = createGivenPaths(async () => [])
  paths.give(join(root, 'app.qz'))
  await paths.require(join(root, 'app.qz'))
  await expect(paths.require(join(root, 'app.qz.other'))).rejects.toMatchObject(refused)
  await expect(paths.require(root)).rejects.toMatchObject(refused)
})

describe('of every call', () => {
  /** Fields that are called like a path and are relative to one, or a name, or of an instance's own files. */
  const RELATIVE = new Set([
    'projects.dropFile.path',
    'projects.save.file',
    'preview.text.file',
    'platform.apps.text.file'
  ])

  test('what could be a path of this computer is looked at', () => {
    const found = [...fieldsOf(contract, [])]
    expect(found.length).toBeGreaterThan(20)
    for (const [procedure, field] of found) {
      if (RELATIVE.has([...procedure, field].join('.')) || procedure.join('.').startsWith('platform.files.'))
        continue
      expect(pathsNamed(procedure, { [field]: '/etc' }), [...procedure, field].join('.')).toEqual(['/etc'])
    }
  })

  function* fieldsOf(
    node: unknown,
    path: readonly string[]
  ): Generator<readonly [readonly string[], string]> {
    const definition = (node as { '~orpc'?: { inputSchema?: unknown } })['~orpc']
    if (!definition) {
      for (const [name, inner] of Object.entries(node as object)) yield* fieldsOf(inner, [...path, name])
      return
    }
    const schema = definition.inputSchema
    if (!(schema instanceof z.ZodObject)) return
    for (const field of Object.keys(schema.shape)) {
      if (/path|file|folder|output|director/i.test(field) && !['files', 'profile'].includes(field))
        yield [path, field]
    }
  }
})
