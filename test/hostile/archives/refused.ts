/** Bundles that the launcher refuses, and the text of each refusal. */
import { noise } from '../../core/bundle/project.ts'
import { LINK, type ZipEntry, zip } from '../../launcher/zip.ts'

const good: ZipEntry = { name: 'run.py', data: 'print(1)' }
export const beside = (name: string): ZipEntry[] => [good, { name, data: 'owned' }]
export const link = (name: string, data: string): ZipEntry => ({ name, data, mode: LINK })

export const REFUSED: Record<string, { entries?: ZipEntry[]; archive?: Buffer; says: string | RegExp }> = {
  'a path that climbs out': { entries: beside('../evil'), says: "'../evil'" },
  'a path that climbs out further down': { entries: beside('a/../../evil'), says: 'a/../../evil' },
  'an absolute path': { entries: beside('/tmp/evil'), says: '/tmp/evil' },
  'a drive': { entries: beside('C:/evil'), says: 'C:/evil' },
  'a drive without a slash': { entries: beside('c:evil'), says: 'c:evil' },
  'a backslash': { entries: beside('..\\evil'), says: 'backslash' },
  'a NUL': { entries: beside('run.py\0.txt'), says: 'control character' },
  'an empty part': { entries: beside('a//b'), says: 'a//b' },
  'a dot part': { entries: beside('./evil'), says: './evil' },
  'a name twice': { entries: [good, good], says: /run\.py.*twice/ },
  'names that differ by case': { entries: [good, { name: 'RUN.py' }], says: 'collides' },
  'folders that differ by case': { entries: [{ name: 'Foo/a' }, { name: 'foo/b' }], says: 'collides' },
  'names that differ by the form of an accent': {
    entries: [{ name: 'e\u0301' }, { name: '\u00e9' }],
    says: 'collides'
  },
  'a file that is a folder too': { entries: [{ name: 'a' }, { name: 'a/b' }], says: 'file and a folder' },
  'a folder that is a file too': { entries: [{ name: 'a/b' }, { name: 'a' }], says: 'file and a folder' },
  'a link to an absolute path': { entries: [link('l', '/etc')], says: /'l'.*out of the bundle/ },
  'a link that climbs out': { entries: [link('a/l', '../../x')], says: 'a/l' },
  'a link out through another link': {
    entries: [{ name: 'a/b/c' }, link('a/b/up', '../..'), link('l', 'a/b/up/../x')],
    says: /'l'.*out of the bundle/
  },
  'links in a circle': { entries: [link('a', 'b'), link('b', 'a')], says: 'link' },
  'an entry below a link': {
    entries: [link('l', 'a'), { name: 'a/x' }, { name: 'l/x2' }],
    says: 'file and a folder'
  },
  'a device': { entries: [good, { name: 'dev', mode: 0o020666 }], says: /'dev'/ },
  'a pipe': { entries: [good, { name: 'pipe', mode: 0o010666 }], says: /'pipe'/ },
  'an encrypted entry': { entries: [{ ...good, claim: { flags: 1 } }], says: /run\.py.*encrypted/ },
  'an unknown compression': { entries: [{ ...good, claim: { method: 14 } }], says: /run\.py.*compressed/ },
  'a wrong CRC': { entries: [{ ...good, claim: { crc: 1 } }], says: /run\.py.*damaged/ },
  'a smaller size than the truth': { entries: [{ ...good, claim: { size: 3 } }], says: /run\.py/ },
  'a larger size than the truth': { entries: [{ ...good, claim: { size: 300 } }], says: /run\.py/ },
  'a claim of 4 GiB': { entries: [{ ...good, claim: { size: 0xfffffff0 } }], says: 'more bytes than' },
  'a bomb': {
    entries: [{ name: 'zeros', data: Buffer.from(noise(1_200_000)), claim: { size: 1_200_000_000 } }],
    says: 'times its size'
  },
  'a truncated archive': { archive: zip([good]).subarray(0, -30), says: 'not a zip archive' },
  'a tarball': { archive: Buffer.from('\x1f\x8b\x08 not a zip'), says: 'not a zip archive' },
  'nothing at all': { archive: Buffer.alloc(0), says: 'not a zip archive' }
}
