/** The packaged app: its fuses, its command line, a window that does the first job, its updates. */
import { execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { AxeBuilder } from '@axe-core/playwright'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { chromium, expect as expectPage, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { channelFile } from '#adapters/updates/channel.ts'
import { VERSION } from '#main/version.ts'
import { electronProgram } from '../../scripts/electron-program.mjs'
import { signed } from '../../scripts/update-key.mjs'
import { channelText, newUpdateKey, startUpdateServer, type UpdateServer } from '../fixtures/update-server.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const unpacked = join(root, 'dist/linux-unpacked')
const program = join(unpacked, 'q8s-desktop')
const debuggable = join(root, 'dist/debuggable')
const cli = join(unpacked, 'resources/bin/q8s-cli')

const isLinux = process.platform === 'linux'
const there = isLinux && electronProgram() !== undefined
const why = isLinux ? 'no Electron program was fetched' : 'on Linux only'

describe.skipIf(!there)(there ? 'the packaged app' : `the packaged app (${why})`, () => {
  let folder = ''
  let env: NodeJS.ProcessEnv = {}
  let server: UpdateServer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'q8s-packaged-'))
    env = { ...process.env, Q8S_HOME: join(folder, 'home') }
    server = await startUpdateServer()
    vi.stubEnv('Q8S_UPDATE_URL', server.url)
    vi.stubEnv('Q8S_UPDATE_KEY', await newUpdateKey(folder))
    await run(process.execPath, [join(root, 'scripts/package.mjs')])
    await makeDebuggable()
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await server.close()
    for (const made of [folder, debuggable]) await rm(made, { recursive: true, force: true })
  })

  // In the binary a fuse is the character 0 or 1.
  test('its fuses are set correctly', async () => {
    const wire = await getCurrentFuseWire(program)
    const state = (option: FuseV1Options) => String.fromCharCode(wire[option] ?? 0)
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges
    ]
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar
    ]
    expect(off.map(state)).toEqual(off.map(() => '0'))
    expect(on.map(state)).toEqual(on.map(() => '1'))
  })

  test('it holds our code in one archive, native code beside it, and no other app', async () => {
    const resources = await readdir(join(unpacked, 'resources'))
    expect(resources.sort()).toEqual(['app-update.yml', 'app.asar', 'app.asar.unpacked', 'bin', 'resources'])
  })

  test('it contains the licences of its parts', async () => {
    const archive = await readFile(join(unpacked, 'resources/app.asar'), 'latin1')
    expect(archive).toContain('"licences.md":{"size"')
    expect(archive).toMatch(/## react - \d[^\n]*\(MIT\)/)
    expect(archive).toContain('"LICENSE":{"size"')
  })

  test('q8s-cli ships with it and works without a display', async () => {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...bare } = env
    const words = async (...args: string[]) => {
      const { stdout, stderr } = await run(cli, args, { env: bare })
      return { stdout, stderr: stderr.replace(/^(Preparing|Checking|Bundling|Uploading|Importing)\n/gm, '') }
    }
    expect(await words('--version')).toEqual({ stdout: `${VERSION}\n`, stderr: '' })
    expect(JSON.parse((await words('app', 'list', '-o', 'json')).stdout)).toEqual([])
    const project = join(folder, 'hello')
    await cp(join(root, 'resources/samples/hello-wave'), project, { recursive: true })
    // Bundling needs worker threads, importing needs the store's native code.
    const imported = JSON.parse((await words('bundle', 'import', project, '-o', 'json')).stdout)
    expect(imported).toMatchObject({ version: '1.0.0' })
    expect(JSON.parse((await words('app', 'list', '-o', 'json')).stdout)).toHaveLength(1)
    await expect(words('nonsense')).rejects.toMatchObject({ code: 2 })
  })

  test('NODE_OPTIONS has no effect on it', async () => {
    const intruder = join(folder, 'intruder.cjs')
    await writeFile(intruder, 'console.log("intruder")')
    const options = { env: { ...env, NODE_OPTIONS: `--require ${intruder}` } }
    const { stdout } = await run(cli, ['--version'], options)
    expect(stdout).toBe(`${VERSION}\n`)
  })

  test.each(['remote-debugging-port=0', 'remote-debugging-pipe', 'inspect=0', 'inspect-brk=0'])(
    'it accepts no debugger: --%s',
    async flag => {
      const flags = ['--no-sandbox', '--ozone-platform=headless', `--${flag}`, '--q8s-cli', '--', '--version']
      const refused = await run(program, flags, { env }).catch(error => error)
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toContain(`q8s Desktop does not take --${flag.split('=')[0]}`)
      expect(refused.stderr).not.toContain('listening')
    }
  )

  const display = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
  test.skipIf(!display)(
    display ? 'its window opens the sample, checks it and lists it' : 'its window (there is no display)',
    async () => {
      // A link never turns the app into its command line, no matter what it contains.
      const { page, stop } = await openWindow(env, '--sample', '--', '--q8s-cli', '--version')
      try {
        await page.getByRole('textbox', { name: /^Text of / }).waitFor()
        await page.getByRole('group', { name: 'Next step' }).getByText('Run locally').waitFor()
        await page.keyboard.press('3')
        await page.getByRole('row', { name: /Hello Wave/ }).waitFor()
      } finally {
        await stop()
      }
    }
  )

  test.skipIf(!display)(
    display ? 'its updates are the user’s to decide' : 'its updates (there is no display)',
    async () => {
      const old = join(folder, 'q8s.AppImage')
      const newer = Buffer.from(
        '#!/bin/sh\necho "$APPIMAGE_EXIT_AFTER_INSTALL" > "$(dirname "$0")/installed"\n'
      )
      await writeFile(old, 'the old one')
      const name = 'q8s-desktop-9.0.0.AppImage'
      const offer = channelText('9.0.0', name, newer)
      server.answers[`/${channelFile('stable')}`] = offer
      server.answers[`/${name}`] = Buffer.from(newer.map(byte => byte ^ 1))
      const home = { ...env, Q8S_HOME: join(folder, 'updating'), APPIMAGE: old }
      const asked = () => server.asked.map(({ path }) => path)
      const { page, stop } = await openWindow(home)
      try {
        await page.getByRole('button', { name: 'Settings' }).click()
        const choose = (group: string, choice: string) =>
          page.getByRole('radiogroup', { name: group, exact: true }).getByText(choice).click()
        const look = page.getByRole('button', { name: 'Check now' })
        const newest = page.getByRole('region', { name: 'Newest version' })
        await expectPage(newest).toContainText('Not checked yet.')
        await choose('Updates', 'Never')
        await expectPage(look).toBeHidden()
        expect(asked()).toEqual([])

        await choose('Updates', 'When I ask')
        await choose('Update channel', 'Beta')
        await look.click()
        await expectPage(newest.getByRole('alert')).toContainText(`has no ${channelFile('beta')}`)
        await choose('Update channel', 'Stable')
        await look.click()
        await expectPage(newest.getByRole('alert')).toContainText(
          'is not signed by the publisher of this app'
        )
        server.answers[`/${channelFile('stable')}`] = signed(offer)
        await look.click()
        await expectPage(newest).toContainText('9.0.0 is there.')
        expect(asked()).toEqual([`/${channelFile('beta')}`, ...Array(2).fill(`/${channelFile('stable')}`)])
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
        expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
        await page.getByRole('button', { name: 'Skip this version' }).click()
        await expectPage(newest).toContainText('You skip it.')
        await page.getByRole('button', { name: 'Do not skip it' }).click()

        const download = newest.getByRole('button', { name: /^Download/ })
        await download.click()
        await expectPage(newest.getByRole('alert')).toContainText('SHA-512 is different')
        server.answers[`/${name}`] = newer
        await download.click()
        const install = page.getByRole('switch', { name: 'Install it when I quit' })
        await expectPage(install).not.toBeChecked()
        await install.press('Space')
        await expectPage(install).toBeChecked()
        expect(await readFile(old, 'utf8')).toBe('the old one')

        // The check for today is already done.
        const requests = server.asked.length
        await choose('Updates', 'Once a day')
        await expectPage(page.getByRole('button', { name: 'q8s Desktop 9.0.0 is there' })).toBeVisible()
        expect(server.asked).toHaveLength(requests)
      } finally {
        await stop()
      }
      expect(await readFile(join(folder, 'installed'), 'utf8')).toBe('true\n')
      expect(await readFile(old)).toEqual(newer)
      expect(JSON.stringify(server.asked)).not.toMatch(/staging|cookie/)
    }
  )
})

/**
 * A copy that accepts a debugger, because a test needs one to reach a window: one word of its archive differs. On Linux
 * Electron does not check the archive; elsewhere this copy would not start.
 */
async function makeDebuggable() {
  await rm(debuggable, { recursive: true, force: true })
  await run('cp', ['-al', unpacked, debuggable])
  const archive = join(debuggable, 'resources/app.asar')
  const text = await readFile(archive, 'latin1')
  await rm(archive)
  await writeFile(archive, text.replace("'remote-debugging-port'", "'remote-debugging-none'"), 'latin1')
}

/** Starts that copy of the packaged app and waits for its window; `stop` ends it as the system does. */
async function openWindow(
  env: NodeJS.ProcessEnv,
  ...words: string[]
): Promise<{ page: Page; stop(): Promise<void> }> {
  const flags = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', ...words]
  const child = spawn(join(debuggable, 'q8s-desktop'), flags, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = new Promise(resolve => child.once('exit', resolve))
  const stop = async () => {
    child.kill()
    await exited
  }
  try {
    const address = await debugAddress(child.stderr)
    await expect.poll(() => pagesAt(address), { timeout: 30_000 }).toContain('app://q8s/')
    const browser = await chromium.connectOverCDP(address)
    const [context] = browser.contexts()
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'))
    if (!page) throw new Error('the app has no window')
    return { page, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A debugger that connects while the first window is being made can miss it. */
async function pagesAt(address: string): Promise<string[]> {
  const response = await fetch(`http://${new URL(address).host}/json/list`)
  return ((await response.json()) as { url: string }[]).map(({ url }) => url)
}

async function debugAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (address) return address
  }
  throw new Error('the app ended before it listened')
}
