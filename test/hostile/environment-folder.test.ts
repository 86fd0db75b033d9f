/** Environment folders as malicious code may have left them: the host reads them without being blocked or misled. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  listFolders,
  readNotes,
  removeFolder,
  surplus,
  writeNote
} from '#adapters/engine-docker/environments.ts'
import { pythonOfHome } from '#adapters/engine-process/python.ts'
import { environmentsPlace } from '#adapters/leftover-environments.ts'
import type { LeftoverPlace } from '#core/ports.ts'

const MARKER = '.q8s-complete'
const SECONDS = 1000
const key = (letter: string) => letter.repeat(32)

let root: string
let folder: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-traps-'))
  folder = join(root, 'envs')
  mkdirSync(folder)
})
afterEach(() => rm(root, { recursive: true, force: true }))

const isPosix = process.platform !== 'win32'

describe.skipIf(!isPosix)('environments that the launchers of this computer share', () => {
  let place: LeftoverPlace

  beforeEach(() => {
    place = environmentsPlace({ name: 'environments', folder, python: () => pythonOfHome(root) })
  })

  function environment(letter: string): string {
    const path = join(folder, key(letter))
    mkdirSync(path)
    return path
  }

  /** The title of each listed environment, by the first letter of its name. */
  async function told() {
    const found = await place.list()
    return Object.fromEntries(found.map(({ id, title }) => [id[0], title]))
  }

  test(
    'a marker that is not a file, or too large, makes an unfinished environment and blocks no one',
    async () => {
      symlinkSync('/dev/zero', join(environment('a'), MARKER))
      execFileSync('mkfifo', [join(environment('b'), MARKER)])
      mkdirSync(join(environment('c'), MARKER))
      writeFileSync(join(environment('d'), MARKER), `{"installed":{"x":"${'1'.repeat(4 << 20)}"}}`)
      writeFileSync(join(environment('e'), MARKER), '['.repeat(500_000))
      writeFileSync(
        join(environment('f'), MARKER),
        '{"python":"3.11.4","bytes":1,"installed":{"mine":"1.0"}}'
      )
      // Environments are not checked just after they were made, so these get an old time.
      for (const letter of 'abcdef')
        execFileSync('touch', ['-h', '-d', '@1', join(folder, key(letter), MARKER)])
      const unfinished = Object.fromEntries([...'abcde'].map(letter => [letter, 'Unfinished environment']))
      expect(await told()).toEqual({ ...unfinished, f: 'Python 3.11.4 with mine 1.0' })
      for (const letter of 'abcde') await place.remove(key(letter))
      expect(await told()).toEqual({ f: 'Python 3.11.4 with mine 1.0' })
    },
    20 * SECONDS
  )

  test('a lock that is a link or a pipe makes no file elsewhere, and its environment stays', async () => {
    const elsewhere = join(root, 'made-elsewhere')
    for (const letter of 'ab') {
      environment(letter)
      execFileSync('touch', ['-d', '@1', join(folder, key(letter))])
    }
    symlinkSync(elsewhere, join(folder, `${key('a')}.lock`))
    execFileSync('mkfifo', [join(folder, `${key('b')}.lock`)])
    expect(await place.list()).toEqual([])
    await expect(place.remove(key('a'))).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(place.remove(key('b'))).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(existsSync(elsewhere)).toBe(false)
  })

  test('a link in place of an environment is not listed, and its target stays', async () => {
    const precious = join(root, 'precious')
    mkdirSync(precious)
    writeFileSync(join(precious, 'file'), '')
    symlinkSync(precious, join(folder, key('a')))
    symlinkSync(precious, join(folder, `.${key('b')}.gone`))
    expect(await place.list()).toEqual([])
    await place.remove(key('a'))
    await place.remove(`.${key('b')}.gone`)
    expect(readdirSync(precious)).toEqual(['file'])
  })

  test(
    'thousands of them are listed up to a limit',
    async () => {
      for (let number = 0; number < 2500; number++) {
        const path = join(folder, number.toString(16).padStart(32, '0'))
        mkdirSync(path)
        writeFileSync(
          join(path, MARKER),
          `{"python":"3","bytes":1,"installed":{"${'x'.repeat(10_000)}":"1"}}`
        )
      }
      execFileSync('sh', ['-c', `find . -name ${MARKER} -exec touch -d @1 {} +`], { cwd: folder })
      const found = await place.list()
      expect(found.length).toBeGreaterThan(1000)
      expect(found.length).toBeLessThan(2500)
    },
    60 * SECONDS
  )
})

describe('notes of the environments of containers', () => {
  const name = (letter: string) => `${key(letter)}.0123456789abcdef`
  const note = (letter: string, bytes = 1) => ({
    ...{ name: name(letter), place: 'here', python: '3.11.4', bytes },
    packages: { mine: '1.0' },
    starts: []
  })

  test.skipIf(!isPosix)('a note that is not ours is not listed', async () => {
    await writeNote(folder, note('a'))
    symlinkSync('/dev/zero', join(folder, `${key('b')}.json`))
    execFileSync('mkfifo', [join(folder, `${key('c')}.json`)])
    mkdirSync(join(folder, `${key('d')}.json`))
    writeFileSync(join(folder, `${key('e')}.json`), JSON.stringify(note('a')))
    writeFileSync(join(folder, `${key('f')}.json`), ' '.repeat(2 << 20))
    symlinkSync(root, join(folder, name('1')))
    expect((await readNotes(folder)).map(({ key: it }) => it)).toEqual([key('a')])
    expect(await listFolders(folder)).toEqual([])
  })

  test.skipIf(!isPosix)('a folder is removed with its links, but not their targets', async () => {
    const path = join(folder, name('a'))
    mkdirSync(path)
    const precious = join(root, 'precious')
    mkdirSync(precious)
    writeFileSync(join(precious, 'file'), '')
    symlinkSync(precious, join(path, 'log'))
    execFileSync('mkfifo', [join(path, 'building')])
    await removeFolder(folder, name('a'))
    expect(readdirSync(folder)).toEqual([])
    expect(readdirSync(precious)).toEqual(['file'])
  })

  test('an environment that claims a huge size is removed, and not all the others for it', async () => {
    await writeNote(folder, note('a', 1e15))
    for (const letter of 'bcd') await writeNote(folder, note(letter))
    expect(surplus(await readNotes(folder)).map(({ key: it }) => it)).toEqual([key('a')])
  })
})
