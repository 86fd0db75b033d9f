/** Start at login on Linux: the desktop entry, read by the rules of its specification and by GLib. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { xdgAutostart } from '#adapters/xdg-autostart.ts'
import { entryFile, execWords } from '../desktop-entry.ts'

let config = ''
beforeEach(async () => {
  config = await mkdtemp(join(tmpdir(), 'q8s-autostart-'))
})
afterEach(() => rm(config, { recursive: true, force: true }))

const autostart = (...command: string[]) => xdgAutostart(command, { XDG_CONFIG_HOME: config })

test('is off until it is turned on, and turning it off leaves no file', async () => {
  const item = autostart('/opt/q8s', '--at-login')
  expect(await item.isOn()).toBe(false)
  await item.turn(true)
  await item.turn(true)
  expect(await item.isOn()).toBe(true)
  expect(await readFile(entryFile(config), 'utf8')).toMatch(/^\[Desktop Entry\]\nType=Application\n/)
  await item.turn(false)
  await item.turn(false)
  expect(await item.isOn()).toBe(false)
  expect(await readdir(join(config, 'autostart'))).toEqual([])
})

test.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false'])(
  '%s, as a desktop writes it, is off',
  async line => {
    const item = autostart('/opt/q8s')
    await item.turn(true)
    await writeFile(entryFile(config), `${await readFile(entryFile(config), 'utf8')}${line}\n`)
    expect(await item.isOn()).toBe(false)
    await item.turn(true)
    expect(await item.isOn()).toBe(true)
  }
)

test('the entry of another installation does not start this one', async () => {
  await autostart('/opt/old/q8s').turn(true)
  expect(await autostart('/opt/new/q8s').isOn()).toBe(false)
})

test('any arguments are read back as they were given', async () => {
  const word = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'"\'`$\\% \t\n\r;~*?#()<>|&='),
      fc.string({ minLength: 1, maxLength: 1 })
    )
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        word.filter(text => !text.includes('\0')),
        { minLength: 1, maxLength: 4 }
      ),
      async words => {
        const item = autostart(...words)
        await item.turn(true)
        expect(await item.isOn()).toBe(true)
        expect(execWords(await readFile(entryFile(config), 'utf8'))).toEqual(words)
      }
    ),
    { numRuns: 50 }
  )
})

const hasGio = () => {
  try {
    execFileSync('gio', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.skipIf(process.platform !== 'linux' || !hasGio())(
  'GLib starts a program with a difficult name and its arguments',
  async () => {
    const folder = join(config, `it's "$HOME" \`a\` \\ ü`)
    await mkdir(folder)
    const program = join(folder, 'the app')
    const told = join(config, 'told')
    await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${told}.new'; mv '${told}.new' '${told}'\n`, {
      mode: 0o755
    })
    await autostart(program, '--at-login', 'a $b', '100%u').turn(true)
    execFileSync('gio', ['launch', entryFile(config)], { stdio: 'ignore' })
    await expect.poll(() => readFile(told, 'utf8').catch(() => '')).toBe('--at-login\na $b\n100%u\n')
  }
)
