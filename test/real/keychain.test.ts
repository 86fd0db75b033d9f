/** The system's keychain: with a keyring, with a locked one, with none. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createKeychain } from '#adapters/keychain.ts'
import { createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { buildChild, startChild } from '../child.ts'

const service = `q8s-test-${randomUUID()}`
const keychain = createKeychain(service)
const probe = await keychain.probe()
const skipped = probe.ok ? undefined : probe.message

const homes: LocalHome[] = []
async function home(): Promise<LocalHome> {
  const made = await createLocalHome({ engines: [], keychain })
  homes.push(made)
  return made
}
afterEach(async () => {
  for (const made of homes.splice(0)) await made.remove()
})
afterAll(async () => {
  if (skipped) return
  const { default: keytar } = await import('keytar')
  for (const { account } of await keytar.findCredentials(service)) await keychain.remove(account)
})

describe.skipIf(skipped)(`a keychain${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  test('stores and returns a value', async () => {
    expect(await keychain.get('nobody')).toBeUndefined()
    await keychain.set('somebody', 'geheim ü 🔑')
    expect(await keychain.get('somebody')).toBe('geheim ü 🔑')
    await keychain.set('somebody', 'other')
    expect(await createKeychain(service).get('somebody')).toBe('other')
    await keychain.remove('somebody')
    expect(await keychain.get('somebody')).toBeUndefined()
    await keychain.remove('somebody')
  })

  test('keeps the key of secrets, over processes', async () => {
    const made = await home()
    const platform = await made.open()
    expect((await platform.info()).notices).toEqual([])
    await platform.secrets.set({ name: 'mail', values: { password: 'x' } })
    await (await made.open()).secrets.set({ name: 'mail', values: { user: 'y' } })
  })
})

const notLockable = ['dbus-run-session', 'gnome-keyring-daemon', 'dbus-send'].find(
  command => !isThere(command)
)

describe.skipIf(notLockable)(`a locked keyring${notLockable ? ` (skipped: no ${notLockable})` : ''}`, () => {
  test('is reported, and secrets are not stored less safely', async () => {
    const made = await home()
    const program = await buildChild('fixtures/keychain-child.ts')
    const folders = ['config', 'data', 'run'].map(name => join(made.root, `xdg-${name}`))
    for (const folder of folders) await mkdir(folder, { mode: 0o700 })
    const [config, data, run] = folders
    const script =
      'echo | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1; exec "$@"'
    const output = execFileSync(
      'dbus-run-session',
      ['--', 'sh', '-c', script, 'sh', process.execPath, program, 'locked'],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: {
          ...process.env,
          Q8S_HOME: made.root,
          XDG_CONFIG_HOME: config,
          XDG_DATA_HOME: data,
          XDG_RUNTIME_DIR: run,
          DISPLAY: ''
        }
      }
    )
    expect(JSON.parse(output)).toMatchObject({
      probe: {
        ok: false,
        message: expect.stringContaining('locked'),
        hint: expect.stringContaining('Unlock')
      },
      refused: {
        code: 'UNAVAILABLE',
        message: expect.stringMatching(/^The secrets are locked/),
        hint: expect.stringContaining('Unlock')
      },
      secrets: [{ name: 'mail', keys: ['password'] }]
    })
    expect(existsSync(join(made.folders.state, 'keys'))).toBe(false)
  })
})

describe('no keyring', () => {
  const linux = process.platform === 'linux'
  test.skipIf(!linux)(
    `is told in words${linux ? '' : ' (skipped: every other system has one)'}`,
    async () => {
      const program = await buildChild('fixtures/keychain-child.ts')
      const { DBUS_SESSION_BUS_ADDRESS: _bus, DISPLAY: _display, ...env } = process.env
      const child = startChild(program, [], { ...env, XDG_RUNTIME_DIR: '/nonexistent' })
      const [output] = await Promise.all([text(child.stdout as NodeJS.ReadableStream), once(child, 'exit')])
      expect(JSON.parse(output)).toMatchObject({
        ok: false,
        message: expect.stringMatching(/^The keychain of this computer cannot be used: /),
        hint: expect.stringMatching(/\w/)
      })
    }
  )
})

function isThere(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
