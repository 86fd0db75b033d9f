/** Fixtures of every window test: a home of its own, the window in one of its two shells, and actions for both. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { electronProgram } from '../../scripts/electron-program.mjs'

const root = join(import.meta.dirname, '../..')
const cli = join(root, 'out/main/q8s-cli.js')

export interface Home {
  /** Temporary folder; the Q8S_HOME of everything the test starts. */
  readonly folder: string
  /** Copies a sample app for the test to change; the folder has the sample's name unless another is given. */
  sample(name: string, folder?: string): Promise<string>
  /** The folder of a copy of the plain web app with this Python code instead of its own. */
  plainApp(code: string): Promise<string>
  /** Runs q8s-cli on the same home and returns its JSON. */
  cli(...args: string[]): Promise<unknown>
}

/**
 * English, in any locale. No test answers the question about running instances, so they keep running on quit and are
 * stopped at the end of the test.
 */
const SETTINGS = { language: 'en', onQuit: 'keep' }

export interface Options {
  /**
   * The engine that runs apps. A plain process starts much faster. Each container that comes or goes also changes the
   * network, and then Chromium drops what it is loading.
   */
  readonly engine: 'process' | 'docker' | 'auto'
}

interface Fixtures extends Options {
  readonly home: Home
  /** The window, open and connected. */
  readonly window: Page
}

export const test = base.extend<Fixtures>({
  engine: ['process', { option: true }],

  home: async ({ engine }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'q8s-e2e-'))
    const env = { ...process.env, Q8S_HOME: folder }
    await mkdir(join(folder, 'config'), { mode: 0o700 })
    await writeFile(join(folder, 'config', 'settings.json'), JSON.stringify({ ...SETTINGS, engine }))
    const home: Home = {
      folder,
      async sample(name, as = name) {
        const copy = join(folder, 'projects', as)
        await cp(join(root, 'resources/samples', name), copy, { recursive: true })
        return copy
      },
      async plainApp(code) {
        const copy = await home.sample('plain-web')
        await writeFile(join(copy, 'web.py'), code)
        return copy
      },
      async cli(...args) {
        const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '-o', 'json'], { env })
        return JSON.parse(stdout)
      }
    }
    await use(home)
    await stopEverything(home)
    await rm(folder, { recursive: true, force: true })
  },

  window: async ({ home, browser }, use, info) => {
    if (info.project.metadata.shell === 'electron') await useElectron(home, use)
    else {
      const host = await startBrowserHost(home)
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
      const page = await context.newPage()
      await visit(page, host.url)
      await drawn(page)
      await use(page)
      await context.close()
      await host.stop()
    }
  }
})

export { expect } from '@playwright/test'

/** Loads again if Chromium drops the page: it does so when a network interface comes or goes, as with containers. */
export async function visit(page: Page, url: string) {
  await page.goto(url).catch(error => {
    if (!String(error).includes('ERR_NETWORK_CHANGED')) throw error
    return page.goto(url)
  })
}

const applications = new WeakMap<Page, ElectronApplication>()

/** The application of a window; throws in the browser shell. */
export function applicationOf(page: Page): ElectronApplication {
  const app = applications.get(page)
  if (!app) throw new Error('this window is not one of Electron')
  return app
}

/**
 * Runs a call in Electron's main process. If the call comes soon after the start, garbage collection can take its
 * answer before it is sent. The call is then made again, so it must be safe to run twice.
 */
export async function inMain<T, A>(
  of: Page | ElectronApplication,
  call: (electron: typeof import('electron'), given: A) => T,
  given?: A
): Promise<T> {
  const app = 'windows' in of ? of : applicationOf(of)
  for (let attempt = 1; ; attempt++) {
    try {
      return (await app.evaluate(call as () => T, given)) as T
    } catch (error) {
      if (attempt === 5 || !String(error).includes('promise was garbage collected')) throw error
    }
  }
}

/** Opens another window by the menu, as a user does; the call's answer may be lost with the new window. */
export async function openAnother(window: Page): Promise<Page> {
  const application = applicationOf(window)
  const [opened] = await Promise.all([
    application.waitForEvent('window'),
    application
      .evaluate(({ Menu }) => {
        const file = Menu.getApplicationMenu()?.items.find(({ label }) => label === '&File')
        file?.submenu?.items.find(({ label }) => label === 'New window')?.click()
      })
      .catch(() => undefined)
  ])
  await drawn(opened)
  return opened
}

/** Waits for the first picture: before it the window accepts no drop and no key. */
export async function drawn(page: Page) {
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
}

async function useElectron(home: Home, use: (page: Page) => Promise<void>) {
  const { page, close } = await startElectron(home)
  await use(page)
  await close()
}

/**
 * Starts the app in Electron, or with `program` if given, and waits for its window. Without `program`, Playwright holds
 * the app back until it listens; with it, Playwright may miss the start.
 */
export async function startElectron(home: Home, program?: string) {
  if (!electronProgram()) throw new Error('no Electron program was fetched')
  const app = await _electron.launch({
    ...(program !== undefined && { executablePath: program }),
    args: [...electronFlags, root],
    env: electronEnv(home)
  })
  const page = await app.firstWindow()
  applications.set(page, app)
  await drawn(page)
  const ended = new Promise<void>(resolve => app.once('close', () => resolve()))
  return {
    page,
    close: () => app.close(),
    /** Ends the app as a crash of the machine would. */
    async kill() {
      app.process().kill('SIGKILL')
      await ended
    }
  }
}

/** Keeps the app's desktop files out of the user's own folders. */
export function electronEnv(home: Home): Record<string, string> {
  const { env } = process
  return {
    ...(env as Record<string, string>),
    Q8S_HOME: home.folder,
    XDG_CONFIG_HOME: join(home.folder, 'xdg')
  }
}

export const electronFlags = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu']

/** Starts the app a second time; that start passes its arguments on and ends. */
export async function startAgain(home: Home, ...words: string[]) {
  const child = spawn(electronProgram() as string, [...electronFlags, root, ...words], {
    env: electronEnv(home),
    stdio: 'ignore'
  })
  await once(child, 'exit')
}

interface BrowserHostOptions {
  /** Node, or a program that starts Node. */
  readonly program?: string
  /** Any free port if not given. */
  readonly port?: number
}

/** Starts `q8s-cli ui` and waits for the address it prints, which signs one browser in. */
export async function startBrowserHost(
  home: Home,
  { program = process.execPath, port = 0 }: BrowserHostOptions = {}
): Promise<{
  url: string
  stop(): Promise<void>
  kill(): Promise<void>
  /** Pauses the host, as a sleeping computer does, until `goOn`. */
  hold(): void
  goOn(): void
}> {
  const child = spawn(program, [cli, 'ui', '--no-open', ...(port === 0 ? [] : ['--port', String(port)])], {
    env: { ...process.env, Q8S_HOME: home.folder },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (!url) continue
    const end = async (signal: NodeJS.Signals) => {
      child.kill(signal)
      await exited
    }
    return {
      url,
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
      hold: () => void child.kill('SIGSTOP'),
      goOn: () => void child.kill('SIGCONT')
    }
  }
  throw new Error('q8s-cli ui ended without printing an address')
}

/** Drops files or folders of this computer in the middle of the window, as a file manager would. */
export const drop = (page: Page, ...paths: string[]) => dropAt(page, 1 / 2, paths)

/** Drops them on the right third of the window, which publishes them. */
export const dropToPublish = (page: Page, ...paths: string[]) => dropAt(page, 5 / 6, paths)

async function dropAt(page: Page, share: number, paths: string[]) {
  const session = await page.context().newCDPSession(page)
  const { width, height } = await page.evaluate(() => ({
    width: window.innerWidth,
    height: window.innerHeight
  }))
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: width * share, y: height / 2, data })
  }
  await session.detach()
}

/** Stops everything the test started; a host that no longer answers for its home fails the test. */
async function stopEverything(home: Home) {
  const instances = (await home.cli('instance', 'list')) as { id: string; engine?: string }[]
  for (const { id, engine } of instances) {
    await home.cli('instance', 'stop', id)
    // A process leaves nothing outside the home.
    if (engine !== 'process') await home.cli('instance', 'remove', id)
  }
}
