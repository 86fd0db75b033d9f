/** Reads tar archives: valid ones of every format, and malformed ones. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tar } from '#adapters/engine-docker/tar.ts'
import { readTar } from '#adapters/engine-docker/tar-read.ts'

/** Splits the bytes into pieces of an awkward length. */
async function* pieces(bytes: Uint8Array, length = 333) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

async function all(bytes: Uint8Array) {
  const found: Record<string, { kind: string; text: string; target: string }> = {}
  for await (const { name, kind, target, content } of readTar(pieces(bytes))) {
    found[name] = { kind, target, text: (await buffer(content)).toString() }
  }
  return found
}

async function names(bytes: Uint8Array): Promise<string[]> {
  const found: string[] = []
  for await (const { name } of readTar(pieces(bytes))) found.push(name)
  return found
}

const refused = { code: 'INVALID', message: expect.stringContaining('not a tar archive') }

describe.skipIf(process.platform === 'win32').each(['pax', 'gnu', 'ustar'])(
  'an archive of tar (%s)',
  format => {
    let folder = ''
    let bytes: Buffer
    const long = `${'n'.repeat(90)}/${'o'.repeat(format === 'ustar' ? 60 : 180)}.txt`

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'q8s-tar-read-'))
      mkdirSync(join(folder, 'n'.repeat(90)))
      writeFileSync(join(folder, long), 'long')
      writeFileSync(join(folder, 'größe\n.txt'), 'x'.repeat(1024))
      symlinkSync('/etc/passwd', join(folder, 'out'))
      bytes = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', folder, '.'], {
        maxBuffer: 1 << 24
      })
    })
    afterAll(() => rmSync(folder, { recursive: true }))

    test('is read whole', async () => {
      expect(await all(bytes)).toMatchObject({
        './': { kind: 'folder' },
        [`./${long}`]: { kind: 'file', text: 'long' },
        './größe\n.txt': { text: 'x'.repeat(1024) },
        './out': { kind: 'link', target: '/etc/passwd' }
      })
    })

    test('can be read further when contents were skipped', async () => {
      expect(await names(bytes)).toHaveLength(5)
    })

    test('is refused when it is truncated', async () => {
      await expect(names(bytes.subarray(0, 700))).rejects.toMatchObject(refused)
    })
  }
)

describe('a malformed archive', async () => {
  const archive = await tar([{ name: 'a', content: Buffer.alloc(0) }])
  const header = (change: (block: Buffer) => void) => {
    const block = Buffer.from(archive.subarray(0, 512))
    change(block)
    block.write('        ', 148)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return block
  }

  test.each([
    ['text', Buffer.from('no archive at all'.repeat(100))],
    ['a size that is none', header(block => block.write('zzzzzzzzzzz', 124))],
    ['a size beyond all numbers', header(block => block.fill(0xff, 125, 136).fill(0x80, 124, 125))],
    ['an endless name', header(block => block.write('77777777777', 124).valueOf() && block.write('L', 156))]
  ])('is refused: %s', async (_, bytes) => {
    await expect(names(bytes)).rejects.toMatchObject(refused)
  })

  test('empty input is an empty archive', async () => {
    expect(await names(Buffer.alloc(0))).toEqual([])
    expect(await names(Buffer.alloc(1024))).toEqual([])
  })
})
