/** Archives that are not to be trusted: each is refused with its entry named, and nothing is written. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { extractBundle, inspectBundle, openBundle } from '#core/bundle/read.ts'
import { AppError } from '#shared/errors.ts'
import { temporaryFolder } from './project.ts'
import { buildBundle, buildZip, MANIFEST_ENTRY, type RawEntry } from './zip-builder.ts'

const LINK = 0o120777
const FOLDER = 0o040755

/** Tries to unpack it, and returns the error once it is proven that nothing was left. */
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

const zip64Extra = (...values: bigint[]) => {
  const extra = Buffer.alloc(4 + 8 * values.length)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * values.length, 2)
  values.forEach((value, index) => {
    extra.writeBigUInt64LE(value, 4 + 8 * index)
  })
  return extra
}

const unicodePath = (name: string) => {
  const extra = Buffer.alloc(9)
  extra.writeUInt16LE(0x7075, 0)
  extra.writeUInt16LE(5 + name.length, 2)
  extra.writeUInt8(1, 4)
  return Buffer.concat([extra, Buffer.from(name)])
}

const FAULTY: Readonly<Record<string, readonly RawEntry[]>> = {
  'climbs out': [{ name: '../evil.py' }],
  'climbs out further in': [{ name: 'a/b/../../../evil.py' }],
  'is absolute': [{ name: '/etc/evil' }],
  'is on a drive': [{ name: 'C:/evil' }],
  'is relative to a drive': [{ name: 'c:evil' }],
  'has backslashes': [{ name: '..\\evil.py' }],
  'is a share': [{ name: '\\\\server\\share\\evil' }],
  'has a NUL': [{ name: 'good.py\0.txt' }],
  'has a control character': [{ name: 'a\x1b[2Jb' }],
  'has a dot part': [{ name: './evil' }],
  'has an empty part': [{ name: 'a//b' }],
  'has no name': [{ name: '' }],
  'is a device of Windows': [{ name: 'sub/NUL.txt' }],
  'has a name that is not UTF-8': [{ name: new Uint8Array([0x61, 0xff]) }],
  'has a name in an unknown encoding': [{ name: 'caf\u00e9', flags: 0 }],
  'has a part too long': [{ name: 'x'.repeat(300) }],
  'has a second name': [{ name: 'good.py', extra: unicodePath('evil.py') }],
  'is a device': [{ name: 'device', mode: 0o020644 }],
  'is a pipe': [{ name: 'pipe', mode: 0o010644 }],
  'is a socket': [{ name: 'socket', mode: 0o140755 }],
  'is of no kind there is': [{ name: 'odd', mode: 0o150644 }],
  'is a link named like a folder': [{ name: 'link/', mode: LINK, content: 'x', method: 0 }],
  'is a folder named like a file': [{ name: 'folder', mode: FOLDER }],
  'is a folder with content': [{ name: 'folder/', mode: FOLDER, content: 'x', method: 0 }],
  'is a link out of it': [{ name: 'link', mode: LINK, content: '../../etc/passwd' }],
  'is a link to an absolute path': [{ name: 'link', mode: LINK, content: '/etc/passwd' }],
  'is a link with a backslash': [{ name: 'link', mode: LINK, content: '..\\x' }],
  'is a link to nothing': [{ name: 'link', mode: LINK, content: '' }],
  'is a link with a huge target': [{ name: 'link', mode: LINK, content: 'x/'.repeat(2000) }],
  'is a link through a link': [
    { name: 'link', mode: LINK, content: 'a/up/../../x' },
    { name: 'a/up', mode: LINK, content: '..' }
  ],
  'is a link through a link in other case': [
    { name: 'link', mode: LINK, content: 'A/UP/../../x' },
    { name: 'a/up', mode: LINK, content: '..' }
  ],
  'is a link in a circle': [{ name: 'link', mode: LINK, content: 'link' }],
  'is encrypted': [{ name: 'secret', flags: 0x0801 }],
  'has patched data': [{ name: 'patched', flags: 0x0820 }],
  'is packed by an unknown method': [{ name: 'new', method: 93 }],
  'has a wrong checksum': [{ name: 'wrong', content: 'hello', crc: 1 }],
  'is larger than it says': [{ name: 'larger', content: 'x'.repeat(100_000), size: 10 }],
  'is smaller than it says': [{ name: 'smaller', content: 'x'.repeat(1000), size: 1001 }],
  'is stored with two sizes': [{ name: 'sizes', content: 'hello', method: 0, size: 4 }],
  'is no deflate stream': [{ name: 'garbage', raw: Buffer.from('not deflate at all'), size: 5 }],
  'has bytes behind its stream': [
    { name: 'behind', content: 'hi', raw: Buffer.concat([deflateRawSync('hi'), Buffer.from('evil')]) }
  ],
  'claims 2^32 bytes': [{ name: 'huge', content: 'x', size: 0xffffffff }],
  'claims 2^63 bytes': [
    { name: 'huger', content: 'x', size: 0xffffffff, extra: zip64Extra(0x7fffffffffffffffn) }
  ],
  'claims to lie at 2^32': [{ name: 'far', offset: 0xffffffff }],
  'claims to lie beyond the end': [{ name: 'beyond', offset: 100_000 }],
  'claims to be longer than the file': [
    { name: 'long', content: 'x', method: 0, size: 5000, compressedSize: 5000 }
  ],
  'overlaps with another': [{ name: 'twin', offset: 0, local: {} }],
  'has another name in its own header': [{ name: 'good.py', local: { name: 'evil.py' } }],
  'has another method in its own header': [{ name: 'method', local: { method: 0 } }],
  'has other flags in its own header': [{ name: 'flags', local: { flags: 0x0801 } }],
  'has another size in its own header': [{ name: 'size', content: 'abc', local: { size: 2 } }],
  'has another checksum in its own header': [{ name: 'crc', content: 'abc', local: { crc: 2 } }],
  'is followed by hidden bytes': [{ name: 'before', content: 'x', after: Buffer.from('hidden') }],
  'has a damaged extra field': [{ name: 'extra', extra: Buffer.from([1, 0, 0xff, 0xff]) }]
}

/** Faults of two together; the last is the one named. */
const COLLIDING: Readonly<Record<string, readonly RawEntry[]>> = {
  'twice the same': [{ name: 'a.py' }, { name: 'a.py' }],
  'differing in case': [{ name: 'a.py' }, { name: 'A.py' }],
  'differing in the case of a folder': [{ name: 'pkg/a.py' }, { name: 'PKG/b.py' }],
  'differing in normalisation': [{ name: 'caf\u00e9' }, { name: 'cafe\u0301' }],
  'file and folder': [{ name: 'a' }, { name: 'a/b' }],
  'folder and file': [{ name: 'a/b' }, { name: 'a' }],
  'a file behind a link': [{ name: 'a', mode: LINK, content: 'b' }, { name: 'a/evil' }],
  'a folder twice': [
    { name: 'a/', mode: FOLDER, method: 0 },
    { name: 'a/', mode: FOLDER, method: 0 }
  ]
}

describe('an entry that', () => {
  test.each(Object.entries(FAULTY))('%s is refused by name', async (_, entries) => {
    const error = await refusal(buildBundle(entries))
    const name = entries[0]?.name ?? ''
    if (typeof name !== 'string') return expect(error.data).toHaveProperty('entry')
    // Damage that hides the name is told by place.
    if (error.data?.entry === undefined) expect(error.message).toMatch(/entry 2/)
    else expect(['q-app.toml', name]).toContain(error.data.entry)
  })

  test.each(Object.entries(COLLIDING))('collides (%s) is refused by name', async (_, entries) => {
    const error = await refusal(buildBundle(entries))
    expect(error.data?.entry).toBe(entries.at(-1)?.name)
  })

  test('has a name Windows cannot have is refused there, and only there', async () => {
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
  const good = () => buildBundle([{ name: 'a.py', content: 'print()\n' }])

  test.each<[string, () => Uint8Array]>([
    ['has something before it', () => buildBundle([], { prefix: Buffer.from('#!/bin/sh\n'), offsetBy: 0 })],
    ['has something before it, unaccounted', () => Buffer.concat([Buffer.from('junk'), good()])],
    ['has something after it', () => Buffer.concat([good(), Buffer.from('junk')])],
    ['has something before its list', () => buildBundle([], { beforeDirectory: Buffer.from('hidden') })],
    ['claims more entries', () => buildBundle([], { count: 2 })],
    ['claims fewer entries', () => buildBundle([{ name: 'a' }], { count: 1 })],
    ['claims 65535 entries', () => buildBundle([], { count: 0xffff })],
    ['has a list elsewhere', () => buildBundle([], { offsetBy: 1 })],
    ['has a longer list', () => buildBundle([], { sizeBy: 4 })],
    ['is cut in its content', () => good().subarray(0, 30)],
    ['is cut in its list', () => good().subarray(0, -30)],
    ['is cut in its end', () => good().subarray(0, -1)],
    ['is empty', () => new Uint8Array()],
    ['is an end only, with a count', () => buildZip([], { count: 3 })]
  ])('%s is refused', async (_, make) => {
    await refusal(make())
  })

  test.each<[string, RegExp, () => Uint8Array]>([
    ['a tarball', /tarball/, () => tarball()],
    ['a compressed tarball', /gzip/, () => Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])],
    ['an image', /PNG/, () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['text', /no zip archive/, () => Buffer.from('hello\n'.repeat(100))]
  ])('is %s is told to be that', async (_, words, make) => {
    expect((await refusal(make())).message).toMatch(words)
  })

  test('is a folder is told to be that', async () => {
    await expect(openBundle(temporaryFolder())).rejects.toMatchObject({ code: 'INVALID' })
  })

  test('has no manifest is refused by inspect', async () => {
    const file = join(temporaryFolder(), 'a.qz')
    writeFileSync(file, buildZip([{ name: 'a.py' }]))
    await expect(inspectBundle(file)).rejects.toThrow('there is no q-app.toml')
  })
})

describe('a bomb', () => {
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

  test('of one entry is refused by its ratio', async () => {
    const error = await refused(buildBundle([{ name: 'zeros', content: Buffer.alloc(2_000_000) }]))
    expect(error.data?.entry).toBe('zeros')
  })

  test('of many entries is refused by their sum', async () => {
    const zeros = Array.from({ length: 50 }, (_, index) => ({
      name: `z${index}`,
      content: Buffer.alloc(50_000)
    }))
    expect((await refused(buildBundle(zeros))).data?.entry).toMatch(/^z\d+$/)
  })

  test('of too many entries is refused before they are read', async () => {
    await refused(buildBundle([{ name: 'a' }, { name: 'b' }]), { entries: 2 })
  })

  test('of overlapping entries is refused', async () => {
    // The content of the first holds, as it stands, the second's header and content.
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

  test('of archives in archives without end is refused', async () => {
    let nest = buildZip([{ name: 'x', content: 'x' }])
    for (let depth = 0; depth < 5; depth++) nest = buildZip([{ name: `${depth}.zip`, content: nest }])
    expect((await refused(buildBundle([{ name: 'nest.zip', content: nest }]))).message).toContain(
      'levels deep'
    )
  })

  test('is not what a wheel is', async () => {
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

  test('of folders in folders is refused before it fills the memory', async () => {
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
