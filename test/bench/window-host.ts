/** A window with its own host in Chromium, for a benchmark. */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from '@playwright/test'

const cli = join(import.meta.dirname, '../../out/main/q8s-cli.js')
const VIEWPORT = { width: 1280, height: 800 }

export interface BenchWindow {
  readonly browser: Browser
  readonly page: Page
  /** A page without our code. */
  blank(): Promise<Page>
  /** Processor time of all pages so far: other programs delay frames, but do not add to this. */
  rendererSeconds(): Promise<number>
  close(): Promise<void>
}

/** Opens the project of that folder in it, if given. */
export async function openBenchWindow(home: string, project?: string): Promise<BenchWindow> {
  if (!existsSync(cli)) throw new Error('run `npm run build` first')
  const env = { ...process.env, Q8S_HOME: home }
  await promisify(execFile)(process.execPath, [cli, 'config', 'setup', '--engine', 'process'], { env })
  const host = spawn(process.execPath, [cli, 'ui', '--no-open', '-q'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let address = ''
  for await (const line of createInterface({ input: host.stdout })) {
    address = /http:\/\/\S+/.exec(line)?.[0] ?? ''
    if (address) break
  }
  const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    path => path && existsSync(path)
  )
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--disable-gpu']
  })
  const session = await browser.newBrowserCDPSession()
  const page = await browser.newPage({ viewport: VIEWPORT })
  await page.goto(address)
  if (project !== undefined) await openProject(page, project)
  return {
    browser,
    page,
    blank: () => browser.newPage({ viewport: VIEWPORT }),
    async rendererSeconds() {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo')
      const renderers = processInfo.filter(({ type }) => type === 'renderer')
      return renderers.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
    },
    async close() {
      await browser.close()
      host.kill('SIGTERM')
    }
  }
}

/** Opens the folder in a window without a project. */
export async function openProject(page: Page, folder: string): Promise<void> {
  await page.getByRole('group', { name: 'Next step' }).getByRole('button').first().click()
  await page.getByLabel('Path of the folder').fill(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: /^Text of / }).waitFor()
}
