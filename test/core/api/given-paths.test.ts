/** Paths a page may name: those its user chose and what is inside them, in any spelling, and nothing else. */
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isContractProcedure } from '@orpc/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createGivenPaths } from '#core/api/given-paths.ts'
import { contract } from '#shared/contract.ts'
import { HostPath, hasHostPath, hostPathsIn } from '#shared/host-path.ts'
import { platformContract } from '#shared/platform.ts'

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
  'a link cannot lead out, and one to a chosen folder can lead in',
  async () => {
    await symlink(join(root, 'chosen-not'), join(root, 'chosen/out'))
    await symlink(join(root, 'chosen'), join(root, 'in'))
    const paths = chosen()
    await expect(paths.require(join(root, 'chosen/out'))).rejects.toMatchObject(refused)
    await expect(paths.require(join(root, 'chosen/out/new'))).rejects.toMatchObject(refused)
    await paths.require(join(root, 'in/sub'))
  }
)

test('choosing a file does not open the files beside it', async () => {
  await writeFile(join(root, 'app.qz'), '')
  const paths = createGivenPaths(async () => [])
  paths.give(join(root, 'app.qz'))
  await paths.require(join(root, 'app.qz'))
  await expect(paths.require(join(root, 'app.qz.other'))).rejects.toMatchObject(refused)
  await expect(paths.require(root)).rejects.toMatchObject(refused)
})

describe('of every call', () => {
  /** Fields named like a path that are relative to one, or a name, or one of an instance's own files. */
  const RELATIVE = new Set([
    'projects.dropFile.path',
    'projects.save.file',
    'preview.text.file',
    'preview.choose.files',
    'platform.apps.text.file',
    'platform.files.list.path',
    'platform.files.text.path',
    'platform.files.open.path',
    'platform.files.read.fileId',
    'platform.files.close.fileId',
    'system.saveSettings.profile'
  ])

  test('every field named like a path is a HostPath, or known to be relative', () => {
    const fields = [...fieldsOf(contract, [])].filter(([name]) =>
      /path|file|folder|output|director/i.test(name.slice(name.lastIndexOf('.')))
    )
    expect(fields.length).toBeGreaterThan(20)
    const unsure = fields.filter(([name, schema]) => !RELATIVE.has(name) && !hasHostPath(schema))
    expect(unsure.map(([name]) => name)).toEqual([])
  })

  test('no platform receives a path of the host', () => {
    const fields = [...fieldsOf(platformContract, [])]
    expect(fields.filter(([, schema]) => hasHostPath(schema))).toEqual([])
  })

  test.each([
    ['in a field', z.object({ path: HostPath }), { path: '/etc' }],
    ['in a list', z.object({ all: z.array(HostPath) }), { all: ['/etc'] }],
    ['that may be absent', z.object({ path: HostPath.optional() }), { path: '/etc' }],
    ['with a default', z.object({ path: HostPath.default('/') }).optional(), { path: '/etc' }],
    ['in one of several shapes', z.union([z.string(), z.object({ to: HostPath })]), { to: '/etc' }],
    ['in a record', z.record(z.string(), z.object({ path: HostPath.nullable() })), { a: { path: '/etc' } }],
    ['before it is changed', z.object({ path: HostPath.transform(path => path.length) }), { path: '/etc' }]
  ])('a path %s is found', (_where, schema, input) => {
    expect(hasHostPath(schema)).toBe(true)
    expect(hostPathsIn(schema, input)).toEqual(['/etc'])
  })

  test.each([null, undefined, 'x', 7, [], { path: 7 }, { path: null }])('%j contains none', input => {
    expect(hostPathsIn(z.object({ path: HostPath }), input)).toEqual([])
  })

  /** Every field of the inputs, by name: `projects.open.path`. */
  function* fieldsOf(node: unknown, path: readonly string[]): Generator<readonly [string, unknown]> {
    if (!isContractProcedure(node)) {
      for (const [name, inner] of Object.entries(node as object)) yield* fieldsOf(inner, [...path, name])
      return
    }
    const schema = node['~orpc'].inputSchema
    const bare = schema instanceof z.ZodOptional ? schema.unwrap() : schema
    if (!(bare instanceof z.ZodObject)) return
    for (const [field, part] of Object.entries(bare.shape)) yield [[...path, field].join('.'), part]
  }
})
