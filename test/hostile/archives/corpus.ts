/** Archives, malicious and good, that the host and the launcher must judge alike. Code makes each of them. */
import { crc32, deflateRawSync, constants as zlib } from 'node:zlib'
import { noise } from '../../core/bundle/project.ts'
import { buildBundle, buildZip, MANIFEST_ENTRY, type RawEntry } from '../../core/bundle/zip-builder.ts'
import { zip } from '../../launcher/zip.ts'
import { COLLIDING, DAMAGED, FAULTY, FOLDER, LINK, unicodePath, zip64Extra } from './faulty.ts'
import { REFUSED } from './refused.ts'

export interface Case {
  readonly what: string
  readonly good: boolean
  bytes(): Uint8Array
}

const posix = process.platform !== 'win32'
const link = (name: string, content: string | Uint8Array): RawEntry => ({ name, mode: LINK, content })
const folder = (name: string): RawEntry => ({ name, mode: FOLDER, method: 0 })

function bundles(good: boolean, entries: Readonly<Record<string, readonly RawEntry[]>>): Case[] {
  return Object.entries(entries).map(([what, each]) => ({ what, good, bytes: () => buildBundle(each) }))
}

function archives(good: boolean, made: Readonly<Record<string, () => Uint8Array>>): Case[] {
  return Object.entries(made).map(([what, bytes]) => ({ what, good, bytes }))
}

const hello = Buffer.from('print("hello")\n'.repeat(100))
const large = Buffer.concat([Buffer.from(noise(1_500_000)), Buffer.alloc(1_000_000)])
const packed = deflateRawSync(hello)

/** Content that does not match its headers. */
const WRONG_CONTENT = bundles(
  false,
  Object.fromEntries(
    [0, 8].flatMap(method =>
      Object.entries({ small: hello, large }).flatMap(([size, content]) => {
        const way = `${size}, ${method === 0 ? 'stored' : 'deflated'}`
        const entry = { name: 'x', content, method }
        const entries: [string, RawEntry][] = [
          [`wrong checksum (${way})`, { ...entry, crc: 1 }],
          [`no checksum (${way})`, { ...entry, crc: 0 }],
          [`content behind size 0 (${way})`, { ...entry, size: 0 }],
          [`content behind size 0 and no checksum (${way})`, { ...entry, size: 0, crc: 0 }],
          [`one byte more (${way})`, { ...entry, size: content.length - 1 }],
          [`one byte less (${way})`, { ...entry, size: content.length + 1 }]
        ]
        return entries.map(([what, each]) => [what, [each]])
      })
    )
  )
)

const WRONG_STREAM = bundles(false, {
  'a deflate stream that ends too early': [{ name: 'x', content: hello, raw: packed.subarray(0, -4) }],
  'a deflate stream without its last block': [
    { name: 'x', content: hello, raw: deflateRawSync(hello, { finishFlush: zlib.Z_SYNC_FLUSH }) }
  ],
  'a deflate stream of no bytes': [{ name: 'x', raw: Buffer.alloc(0) }],
  'a large deflate stream that ends too early': [
    { name: 'x', content: large, raw: deflateRawSync(large).subarray(0, -9) }
  ],
  'one byte behind a deflate stream': [
    { name: 'x', content: hello, raw: Buffer.concat([packed, Buffer.alloc(1)]) }
  ],
  'bytes behind a large deflate stream': [
    { name: 'x', content: large, raw: Buffer.concat([deflateRawSync(large), Buffer.alloc(2_000_000)]) }
  ],
  'a second deflate stream': [{ name: 'x', content: hello, raw: Buffer.concat([packed, packed]) }],
  'a folder with packed content': [{ ...folder('f/'), method: 8, raw: packed, size: 0, crc: 0 }],
  'a folder with a checksum': [{ ...folder('f/'), crc: 5 }],
  'a link with a wrong checksum': [{ ...link('l', 'q-app.toml'), crc: 1 }],
  'a link of another size': [{ ...link('l', 'q-app.toml'), size: 5 }]
})

const METHODS = bundles(
  false,
  Object.fromEntries(
    [1, 6, 9, 12, 14, 93, 95, 97, 99].map(method => [`method ${method}`, [{ name: 'x', method }]])
  )
)

const GOOD_FLAGS = new Set([1, 2, 11])
const FLAGS = Array.from({ length: 16 }, (_, bit) =>
  bundles(GOOD_FLAGS.has(bit), { [`flag ${bit}`]: [{ name: 'x', content: hello, flags: 1 << bit }] })
).flat()

const GOOD_KINDS = new Map([
  [0, 'x'],
  [4, 'x/'],
  [8, 'x'],
  [10, 'x']
])
const KINDS = Array.from({ length: 16 }, (_, kind) =>
  ['x', 'x/'].flatMap(name =>
    bundles(GOOD_KINDS.get(kind) === name || (kind === 0 && name === 'x/'), {
      [`kind ${kind} named ${name}`]: [
        { name, mode: (kind << 12) | 0o644, method: 0, content: name === 'x' ? 'q-app.toml' : '' }
      ]
    })
  )
).flat()

const path = (parts: number) => `${Array.from({ length: parts - 1 }, () => 'd').join('/')}/x`
const NAMES = [
  ...bundles(false, {
    'a path 2,000 folders deep': [{ name: path(2000) }],
    'a path of 257 parts': [{ name: path(257) }],
    'a path of 2,049 bytes': [{ name: `${'a'.repeat(204)}/`.repeat(9) + 'b'.repeat(204) }],
    'a folder 2,000 deep': [folder(`${path(2000)}/`)],
    'a name of 256 bytes': [{ name: 'a'.repeat(256) }],
    'a name of 256 bytes in UTF-8': [{ name: '\u{1f600}'.repeat(64) }],
    'a device': [{ name: 'con' }],
    'a device with an extension': [{ name: 'CoN.tar.gz' }],
    'a device with a superscript': [{ name: 'com\u00b9.txt' }],
    'a device folder': [{ name: 'aux/x' }],
    'a device of the console': [{ name: 'conIN$' }],
    'an end that is two dots': [{ name: 'a/..' }],
    'a slash only': [{ name: '/' }],
    'two slashes at the end': [{ name: 'a//', mode: FOLDER, method: 0 }],
    'a DEL': [{ name: 'a\x7f' }],
    'a line break': [{ name: 'a\nb' }],
    'a replacement character': [{ name: 'a\ufffd' }],
    'a surrogate': [{ name: new Uint8Array([0xed, 0xa0, 0x80]) }],
    'an overlong slash': [{ name: new Uint8Array([0x2e, 0x2e, 0xc0, 0xaf, 0x78]) }]
  }),
  ...bundles(true, {
    'a path of 256 parts': [{ name: path(256) }],
    'a name of 255 bytes': [{ name: 'a'.repeat(255) }],
    'a name of 252 bytes in UTF-8': [{ name: '\u{1f600}'.repeat(63) }],
    'names that begin like a device': [{ name: 'console' }, { name: 'com10' }, { name: 'nulx' }],
    'a Kelvin sign that is no k': [{ name: 'bac\u212aup' }],
    'a dotless i that makes no device': [{ name: 'con\u0131n$' }],
    'direction marks': [{ name: 'safe\u202efdp.exe' }],
    'a byte order mark': [{ name: '\ufeffx' }],
    'spaces and signs': [{ name: 'a b/[c] (d) #e &f' }]
  }),
  ...(posix
    ? bundles(true, {
        'three dots': [{ name: '.../x' }],
        'dots and spaces at the end': [{ name: 'a. /b. ' }],
        'signs of Windows': [{ name: 'a?b*<c>|"' }]
      })
    : [])
]

const twins = (a: string, b: string) => [{ name: a }, { name: b }]
const TWINS = [
  ...bundles(false, {
    'twins by sharp s': twins('stra\u00dfe', 'STRASSE'),
    'twins by a ligature': twins('\ufb01x', 'FIX'),
    'twins by a long s': twins('\u017fum', 'SUM'),
    'twins by a final sigma': twins('\u03c3\u03b1\u03c2', '\u03a3\u0391\u03a3'),
    'twins by the form of an accent, in a folder': twins('caf\u00e9/a', 'cafe\u0301/b'),
    'twins by form and case': twins('CAFE\u0301', 'caf\u00e9'),
    'twins by a Hangul syllable': twins('\uac00', '\u1100\u1161'),
    'twins of folder and file': [folder('Data/'), { name: 'data' }],
    'twins of link and file': [link('Data', 'x'), { name: 'data' }],
    'an entry below a file in other case': twins('Data', 'data/x')
  }),
  ...bundles(true, {
    'names that only look alike': [{ name: 'a' }, { name: '\u0430' }, { name: '\u00e0' }],
    'the same name in two folders': twins('a/x', 'b/x'),
    'a folder after what is in it': [{ name: 'a/x' }, folder('a/')]
  })
]

const chain = (hops: number) => [
  ...Array.from({ length: hops - 1 }, (_, index) => link(`l${index}`, `l${index + 1}`)),
  link(`l${hops - 1}`, 'q-app.toml')
]
const LINKS = [
  ...bundles(false, {
    'a link out by another spelled in NFD': [link('a/caf\u00e9', '..'), link('out', 'a/cafe\u0301/../../x')],
    'a link out by another in other case': [link('up', '.'), link('x', 'UP/../../x')],
    'a link of many hops': chain(18),
    'a link out by way of a folder that is not there': [link('l', 'none/../../x')],
    'a link to a drive': [link('l', 'C:/x')],
    'a link with a NUL': [link('l', 'a\0b')],
    'a link with an escape': [link('l', 'a\x1b[2J')],
    'a link that is not UTF-8': [link('l', new Uint8Array([0x61, 0xff]))],
    'a link to a device': [link('l', 'sub/NUL')],
    'a link of 1,025 bytes': [link('l', `${'./'.repeat(512)}x`)],
    'two links in a circle': [link('a', 'b'), link('b', 'a')],
    'a link to itself by its folder': [link('d/l', '../d/l/x')],
    'an entry below a link': [link('l', 'd'), { name: 'd/x' }, { name: 'l/y' }],
    'an entry below a link in other case': [link('l', 'd'), { name: 'L/y' }]
  }),
  ...bundles(true, {
    'a link to the root': [link('d/root', '..')],
    'a link to its own folder': [link('d/self', '.')],
    'a link to nothing that is there': [link('l', 'none/x')],
    'a link of 15 hops': chain(15),
    'a link of 1,024 bytes': [link('l', `${'./'.repeat(511)}xy`)],
    'a link with empty parts': [{ name: 'd/x' }, link('l', 'd//x')],
    'a link to a folder': [folder('d/'), link('l', 'd/')],
    'a link within another': [{ name: 'd/e/x' }, link('l', 'd/e'), link('m', 'l/../e/x')]
  })
]

function descriptor(content: Uint8Array, form: 12 | 16 | 20 | 24, crc = crc32(content)): RawEntry {
  const data = deflateRawSync(content)
  const after = Buffer.alloc(form)
  let at = 0
  if (form === 16 || form === 24) at = after.writeUInt32LE(0x08074b50, 0)
  at = after.writeUInt32LE(crc, at)
  for (const size of [data.length, content.length]) {
    at = form < 20 ? after.writeUInt32LE(size, at) : after.writeBigUInt64LE(BigInt(size), at)
  }
  return {
    name: 'x',
    content,
    raw: data,
    flags: 0x0808,
    after,
    local: { crc: 0, size: 0, compressedSize: 0 }
  }
}
const DESCRIPTORS = [
  ...bundles(
    true,
    Object.fromEntries(
      ([12, 16, 20, 24] as const).map(form => [`a descriptor of ${form} bytes`, [descriptor(hello, form)]])
    )
  ),
  ...bundles(false, {
    'a descriptor of another checksum': [descriptor(hello, 16, 1)],
    'a descriptor that is not there': [{ name: 'x', content: hello, flags: 0x0808 }],
    'a descriptor with a byte more': [
      {
        ...descriptor(hello, 16),
        after: Buffer.concat([descriptor(hello, 16).after ?? hello, Buffer.alloc(1)])
      }
    ],
    'an entry that fits in a gap': [{ name: 'x', content: hello, flags: 0x0808, after: Buffer.alloc(16) }]
  })
]

const extra = (id: number, data: Uint8Array) => {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(id, 0)
  head.writeUInt16LE(data.length, 2)
  return Buffer.concat([head, data])
}
/** Marks a UTF-8 name as Info-ZIP does. */
const infoZipName = (name: string, sum = crc32(name)) => {
  const data = Buffer.alloc(5)
  data.writeUInt8(1, 0)
  data.writeUInt32LE(sum, 1)
  return extra(0x7075, Buffer.concat([data, Buffer.from(name)]))
}
const EXTRAS = [
  ...bundles(true, {
    'a time in an extra field': [{ name: 'x', extra: extra(0x5455, Buffer.alloc(5)) }],
    'a name as Info-ZIP marks it': [{ name: 'caf\u00e9', flags: 0, extra: infoZipName('caf\u00e9') }],
    'a rest in an extra field too short for one': [{ name: 'x', extra: Buffer.alloc(3) }],
    'sizes of 64 bits': [
      {
        name: 'x',
        content: 'hello',
        method: 0,
        extra: zip64Extra(5n, 5n),
        ...{ size: 0xffffffff, compressedSize: 0xffffffff }
      }
    ]
  }),
  ...bundles(false, {
    'a name that Info-ZIP would not take': [
      { name: 'caf\u00e9', flags: 0, extra: infoZipName('caf\u00e9', 1) }
    ],
    'a second name': [{ name: 'good', extra: infoZipName('evil') }],
    'a second name of another program': [{ name: 'good', extra: unicodePath('bad') }],
    'a size of 64 bits that lacks': [{ name: 'x', size: 0xffffffff, extra: zip64Extra() }],
    'an offset of 64 bits elsewhere': [{ name: 'x', offset: 0xffffffff, extra: zip64Extra(1n << 60n) }]
  })
]

interface Wide {
  readonly count?: number
  readonly locator?: number
  readonly disk?: number
  readonly between?: Uint8Array
}

/** An archive with a 64-bit end record, as archives of more than 65,535 entries have. */
function wide({ count = 2, locator = 0, disk = 0, between = new Uint8Array() }: Wide = {}): Buffer {
  const narrow = buildBundle([{ name: 'x' }])
  const end = narrow.subarray(-22)
  const record = Buffer.alloc(56)
  record.writeUInt32LE(0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt32LE(disk, 16)
  record.writeBigUInt64LE(BigInt(count), 24)
  record.writeBigUInt64LE(BigInt(count), 32)
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40)
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48)
  const place = Buffer.alloc(20)
  place.writeUInt32LE(0x07064b50, 0)
  place.writeBigUInt64LE(BigInt(narrow.length - 22 + locator), 8)
  const last = Buffer.from(end)
  last.writeUInt16LE(0xffff, 8)
  last.writeUInt16LE(0xffff, 10)
  return Buffer.concat([narrow.subarray(0, -22), record, between, place, last])
}

function withEnd(change: (end: Buffer) => void, after: Uint8Array = Buffer.alloc(0)): Buffer {
  const bytes = buildBundle([{ name: 'x' }])
  change(bytes.subarray(-22))
  return Buffer.concat([bytes, after])
}

const ENDS = [
  ...archives(true, {
    'no entries': () => buildZip([]),
    'an end in 64 bits': () => wide(),
    'a comment': () => withEnd(end => end.writeUInt16LE(5, 20), Buffer.from('hello'))
  }),
  ...archives(false, {
    'an end in 64 bits of another count': () => wide({ count: 3 }),
    'an end in 64 bits of fewer entries': () => wide({ count: 1 }),
    'an end in 64 bits elsewhere': () => wide({ locator: 1 }),
    'an end in 64 bits far away': () => wide({ locator: 2 ** 45 }),
    'an end in 64 bits on another disk': () => wide({ disk: 1 }),
    'bytes between its ends': () => wide({ between: Buffer.alloc(8) }),
    'a comment longer than it says': () => withEnd(end => end.writeUInt16LE(4, 20), Buffer.from('hello')),
    'a comment with another end in it': () => withEnd(end => end.writeUInt16LE(22, 20), buildZip([])),
    'another disk': () => withEnd(end => end.writeUInt16LE(1, 4)),
    'a list on another disk': () => withEnd(end => end.writeUInt16LE(1, 6)),
    'fewer entries on this disk': () => withEnd(end => end.writeUInt16LE(1, 8)),
    'two archives in a row': () => Buffer.concat([buildBundle([]), buildBundle([])]),
    'a list that is cut': () => buildBundle([{ name: 'x' }]).subarray(0, -23)
  })
]

const ORDINARY = [
  ...bundles(true, {
    'a small project': [folder('pkg/'), { name: 'pkg/a.py', content: hello }, link('latest', 'pkg/a.py')],
    'a large file': [{ name: 'data.bin', content: large }],
    'a large stored file': [{ name: 'data.bin', content: large, method: 0 }],
    'an empty file': [{ name: 'empty' }],
    'an empty stored file': [{ name: 'empty', method: 0 }],
    'a folder with a deflate stream of nothing': [{ ...folder('f/'), method: 8 }],
    'modes with further bits': [
      { name: 'x', mode: 0o104755 },
      { name: 'y', mode: 0o101000 }
    ],
    'a thousand files': Array.from({ length: 1000 }, (_, index) => ({
      name: `d${index % 7}/${index}`,
      content: 'x'
    })),
    'entries in any order': [{ name: 'z' }, { name: 'a/b' }, { name: 'm' }]
  })
]

export const CORPUS: readonly Case[] = [
  ...bundles(false, FAULTY),
  ...bundles(false, COLLIDING),
  ...archives(false, DAMAGED),
  ...Object.entries(REFUSED).map(([what, { entries, archive }]) => {
    return { what: `launcher: ${what}`, good: false, bytes: () => archive ?? zip(entries ?? []) }
  }),
  ...WRONG_CONTENT,
  ...WRONG_STREAM,
  ...METHODS,
  ...FLAGS,
  ...KINDS,
  ...NAMES,
  ...TWINS,
  ...LINKS,
  ...DESCRIPTORS,
  ...EXTRAS,
  ...ENDS,
  ...ORDINARY
]

/** Good archives with every kind of entry and a few random bytes changed; the same for each seed. */
export function mutants(count: number, seed: number): Uint8Array[] {
  const whole = buildZip([
    MANIFEST_ENTRY,
    folder('pkg/'),
    { name: 'pkg/a.py', content: hello },
    link('pkg/link', 'a.py'),
    { name: 'caf\u00e9.txt', content: 'stored', method: 0 },
    { ...descriptor(hello, 16), name: 'late' }
  ])
  const random = noise(count * 16, seed)
  return Array.from({ length: count }, (_, index) => {
    const bytes = Buffer.from(whole)
    const own = Buffer.from(random.subarray(index * 16, index * 16 + 16))
    for (let change = 0; change <= index % 3; change++) {
      bytes[own.readUInt32LE(change * 5) % bytes.length] = own.readUInt8(change * 5 + 4)
    }
    return bytes
  })
}
