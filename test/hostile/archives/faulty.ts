/** Archives that every reader of bundles refuses, grouped by their fault. */
import { deflateRawSync } from 'node:zlib'
import { buildBundle, buildZip, type RawEntry } from '../../core/bundle/zip-builder.ts'

export const LINK = 0o120777
export const FOLDER = 0o040755

export const zip64Extra = (...values: bigint[]) => {
  const extra = Buffer.alloc(4 + 8 * values.length)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * values.length, 2)
  values.forEach((value, index) => {
    extra.writeBigUInt64LE(value, 4 + 8 * index)
  })
  return extra
}

export const unicodePath = (name: string) => {
  const extra = Buffer.alloc(9)
  extra.writeUInt16LE(0x7075, 0)
  extra.writeUInt16LE(5 + name.length, 2)
  extra.writeUInt8(1, 4)
  return Buffer.concat([extra, Buffer.from(name)])
}

/** Faults of one entry; errors name the first entry. */
export const FAULTY: Readonly<Record<string, readonly RawEntry[]>> = {
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

/** Faults of two entries together; errors name the last entry. */
export const COLLIDING: Readonly<Record<string, readonly RawEntry[]>> = {
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

const good = () => buildBundle([{ name: 'a.py', content: 'print()\n' }])

/** Faults of the archive as a whole. */
export const DAMAGED: Readonly<Record<string, () => Uint8Array>> = {
  'has something before it': () => buildBundle([], { prefix: Buffer.from('#!/bin/sh\n'), offsetBy: 0 }),
  'has something before it, unaccounted': () => Buffer.concat([Buffer.from('junk'), good()]),
  'has something after it': () => Buffer.concat([good(), Buffer.from('junk')]),
  'has something before its list': () => buildBundle([], { beforeDirectory: Buffer.from('hidden') }),
  'claims more entries': () => buildBundle([], { count: 2 }),
  'claims fewer entries': () => buildBundle([{ name: 'a' }], { count: 1 }),
  'claims 65535 entries': () => buildBundle([], { count: 0xffff }),
  'has a list elsewhere': () => buildBundle([], { offsetBy: 1 }),
  'has a longer list': () => buildBundle([], { sizeBy: 4 }),
  'is cut in its content': () => good().subarray(0, 30),
  'is cut in its list': () => good().subarray(0, -30),
  'is cut in its end': () => good().subarray(0, -1),
  'is empty': () => new Uint8Array(),
  'is an end only, with a count': () => buildZip([], { count: 3 })
}
