/** Untrusted archives: each is refused with its entry named, and nothing is written. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { extractBundle, inspectBundle, openBundle } from '#core/bundle/read/index.ts'
import { AppError } from '#shared/errors.ts'
import { COLLIDING, DAMAGED, FAULTY } from '../../hostile/archives/faulty.ts'
import { temporaryFolder } from './project.ts'
import { buildBundle, buildZip, MANIFEST_ENTRY } from './zip-builder.ts'

/** Tries to unpack it, checks that nothing was left, and returns the error. */
async function refusal(bytes: Uint8Array, platform?: NodeJS.Platform): Promise<AppError> {
  const folder = temporaryFolder()
  const file = join(folder, 'hostile.qz')
  writeFileSync(file, bytes)
  const error = await extractBundle(file, join(folder, 'sub', 'out'), { platform }).then(
    () => undefined,
    reason => reason
  )
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ code: 'INVALID' })
  expect(readdirSync(folder)).toEqual(['hostile.qz', ...(existsSync(join(folder, 'sub')) ? ['sub'] : [])])
  if (existsSync(join(folder, 'sub'))) expect(readdirSync(join(folder, 'sub'))).toEqual([])
  return error
}

describe('an entry that', () => {
  test.each(Object.entries(FAULTY))('%s is refused by name', async (_, entries) => {
    const error = await refusal(buildBundle(entries))
    const name = entries[0]?.name ?? ''
    if (typeof name !== 'string') return expect(error.data).toHaveProperty('entry')
    // If the damage hides the name, the error gives the place.
    if (error.data?.entry === undefined) expect(error.message).toMatch(/entry 2/)
    else expect(['q-app.toml', name]).toContain(error.data.entry)
  })

  test.each(Object.entries(COLLIDING))('collides (%s) is refused by name', async (_, entries) => {
    const error = await refusal(buildBundle(entries))
    expect(error.data?.entry).toBe(entries.at(-1)?.name)
  })

  test('has a name that is invalid on Windows is refused there, and only there', async () => {
    for (const name of ['a:b', 'what?', 'dot.', 'space /x']) {
      const bytes = buildBundle([{ name }])
      expect((await refusal(bytes, 'win32')).data?.entry).toBe(name)
      const file = join(temporaryFolder(), 'a.qz')
      writeFileSync(file, bytes)
      const opening = openBundle(file, { platform: 'linux' })
      if (name !== 'a:b') await (await opening).close()
      else await expect(opening).rejects.toThrow('drive')
    }
  })
})

describe('an archive that', () => {
  test.each(Object.entries(DAMAGED))('%s is refused', async (_, make) => {
    await refusal(make())
  })

  test.each<[string, RegExp, () => Uint8Array]>([
    ['a tarball', /tarball/, () => tarball()],
    ['a compressed tarball', /gzip/, () => Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])],
    ['an image', /PNG/, () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['text', /not a zip archive/, () => Buffer.from('hello\n'.repeat(100))]
  ])('is %s is reported as such', async (_, words, make) => {
    expect((await refusal(make())).message).toMatch(words)
  })

  test('is a folder is reported as one', async () => {
    await expect(openBundle(temporaryFolder())).rejects.toMatchObject({ code: 'INVALID' })
  })

  test('has no manifest is refused by inspect', async () => {
    const file = join(temporaryFolder(), 'a.qz')
    writeFileSync(file, buildZip([{ name: 'a.py' }]))
    await expect(inspectBundle(file)).rejects.toThrow('there is no q-app.toml')
  })
})

describe('an archive bomb', () => {
  const limits = { harmlessBytes: 1_000_000 }

  async function refused(bytes: Uint8Array, own: object = limits): Promise<AppError> {
    const file = join(temporaryFolder(), 'bomb.qz')
    writeFileSync(file, bytes)
    const error = await openBundle(file, { limits: own }).then(
      () => undefined,
      reason => reason
    )
    expect(error).toMatchObject({ code: 'INVALID' })
    return error
  }

  test('in one entry is refused by its ratio', async () => {
    const error = await refused(buildBundle([{ name: 'zeros', content: Buffer.alloc(2_000_000) }]))
    expect(error.data?.entry).toBe('zeros')
  })

  test('in many entries is refused by their sum', async () => {
    const zeros = Array.from({ length: 50 }, (_, index) => ({
      name: `z${index}`,
      content: Buffer.alloc(50_000)
    }))
    expect((await refused(buildBundle(zeros))).data?.entry).toMatch(/^z\d+$/)
  })

  test('with too many entries is refused before they are read', async () => {
    await refused(buildBundle([{ name: 'a' }, { name: 'b' }]), { entries: 2 })
  })

  test('with overlapping entries is refused', async () => {
    // The content of the first entry holds the second's header and content, unchanged.
    const inner = { name: 'inner', content: 'x'.repeat(1000), method: 0 }
    const record = buildZip([inner]).subarray(0, 30 + 5 + 1000)
    const offset = buildZip([MANIFEST_ENTRY]).readUInt32LE(buildZip([MANIFEST_ENTRY]).length - 6) + 30 + 5
    const outer = { name: 'outer', content: record, method: 0 }
    const error = await refusal(buildZip([MANIFEST_ENTRY, outer, { ...inner, offset, unwritten: true }]))
    expect(error.data?.entry).toBe('outer')
    expect(error.message).toContain('overlaps')
  })

  test.each([0, 8])('inside an archive inside it is refused (packed by method %i)', async method => {
    const core = buildZip([{ name: 'zeros', content: Buffer.alloc(3_000_000) }])
    const middle = buildZip([{ name: 'm.zip', content: core, method }])
    const bytes = buildBundle([
      { name: 'fine.whl', content: buildZip([]) },
      { name: 'b.zip', content: middle, method }
    ])
    expect((await refused(bytes)).data?.entry).toBe('b.zip')
  })

  test('of endlessly nested archives is refused', async () => {
    let nest = buildZip([{ name: 'x', content: 'x' }])
    for (let depth = 0; depth < 5; depth++) nest = buildZip([{ name: `${depth}.zip`, content: nest }])
    expect((await refused(buildBundle([{ name: 'nest.zip', content: nest }]))).message).toContain(
      'levels deep'
    )
  })

  test('is not suspected in a wheel', async () => {
    const wheel = buildZip([{ name: 'pkg/__init__.py', content: 'x = 1\n'.repeat(100) }])
    const file = join(temporaryFolder(), 'a.qz')
    writeFileSync(
      file,
      buildBundle([
        { name: 'a.whl', content: wheel, method: 0 },
        { name: 'b.whl', content: 'none' }
      ])
    )
    const bundle = await openBundle(file)
    expect(bundle.entries).toHaveLength(3)
    await bundle.close()
  })

  test('of endlessly nested folders is refused before it fills the memory', async () => {
    const deep = Array.from({ length: 40 }, (_, index) => ({ name: `${index}/${'d/'.repeat(1000)}x` }))
    await refused(buildBundle(deep), { entries: 1000 })
  })
})

function tarball(): Buffer {
  const block = Buffer.alloc(1536)
  block.write('q-app.toml', 0)
  block.write('ustar\0', 257)
  return block
}
