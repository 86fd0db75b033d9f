/** Wave apps under the launcher: the samples, clicked in a real browser, and both installers. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { resourcePath } from '#core/host/resources.ts'
import { cleanUp, end, makeRun, PYTHON, type Run, temporaryFolder, until } from '../launcher/support.ts'
import { project, whyNoIndex } from './app-sources.ts'
import { CHROMIUM, openBrowser } from './launcher-browser.ts'

const UV_PACKAGE = 'uv==0.13.9'
const MINUTES = 60_000

afterEach(cleanUp)

/** The program on the PATH, or one from the index installed in that folder. */
function provideUv(folder: string): string {
  try {
    execFileSync('uv', ['--version'], { stdio: 'ignore' })
    return 'uv'
  } catch {
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:']
    const env = { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' }
    execFileSync(PYTHON ?? '', ['-m', 'pip', 'install', ...options, '--target', folder, UV_PACKAGE], { env })
    return join(folder, 'bin', process.platform === 'win32' ? 'uv.exe' : 'uv')
  }
}

const why = whyNoIndex()
const whyNoBrowser = why ?? (CHROMIUM ? undefined : 'no Chromium')
const named = (title: string, reason: string | undefined) =>
  reason ? `${title} (skipped: ${reason})` : title

describe.skipIf(whyNoBrowser)(named('samples in a browser', whyNoBrowser), () => {
  let browser: Browser
  const cache = { folder: '' }

  beforeAll(async () => {
    browser = await openBrowser()
    cache.folder = mkdtempSync(join(tmpdir(), 'q8s-environments-'))
  })
  afterAll(async () => {
    await browser.close()
    rmSync(cache.folder, { recursive: true, force: true })
  })

  async function open(run: Run): Promise<Page> {
    const { route } = await run.until('ready', 3 * MINUTES)
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${run.port}${route ?? '/'}`)
    await hasButton(page)
    return page
  }

  /** On a busy machine the Wave server can lose a visitor's first update; a user would reload the page, too. */
  async function hasButton(page: Page, tries = 5): Promise<void> {
    const button = page.getByRole('button', { name: 'Click me' })
    const there = await button.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false
    )
    if (there) return
    expect(tries).toBeGreaterThan(1)
    await page.reload()
    await hasButton(page, tries - 1)
  }

  async function clickTwice(run: Run, page: Page): Promise<void> {
    for (const count of ['1', '2']) {
      await page.getByRole('button', { name: 'Click me' }).click()
      await page
        .getByText(new RegExp(`^${count}\\b`))
        .first()
        .waitFor()
    }
    await until('the log lines of the clicks', () => run.text().includes('Count is now 2'))
  }

  it("hello-wave, today's style, shows its page while it starts, answers clicks, and again from the cache", async () => {
    const run = await makeRun({ ...project(resourcePath('samples/hello-wave')), envCache: cache.folder })
    const child = run.start()
    await run.until('installing')
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${run.port}/`)
    await page.getByText('Installing what it needs').waitFor()
    // The page detects automatically that the app is ready.
    await page.getByText('Installing what it needs').waitFor({ state: 'detached', timeout: 3 * MINUTES })
    await run.until('ready', MINUTES)
    await hasButton(page)
    await clickTwice(run, page)
    await page.getByLabel('Who shall be greeted?').fill('Ada')
    await page.getByRole('button', { name: 'Greet' }).click()
    await page.getByText('Hello, Ada!').waitFor()
    await end(child)
    const again = run.start()
    await clickTwice(run, await open(run))
    expect(run.text().match(/Successfully installed|Installed \d+ packages/g)).toHaveLength(1)
    await end(again)
    expect(run.state()?.exit?.code).toBe('stopped-by-user')
  })

  it("guide-wave, the guide's style, answers clicks and keeps its count over a restart", async () => {
    const volume = { path: temporaryFolder('volume'), mount: '/data' }
    const source = project(resourcePath('samples/guide-wave'))
    const run = await makeRun({ ...source, envCache: cache.folder, config: { volume } })
    const child = run.start()
    await clickTwice(run, await open(run))
    await end(child)
    run.start()
    expect(await (await open(run)).getByText('2 clicks so far').count()).toBe(1)
  })
})

for (const installer of ['pip', 'uv'] as const) {
  describe.skipIf(why)(named(`installing by ${installer}`, why), () => {
    const env = { Q8S_UV: 'off' }
    const folder = mkdtempSync(join(tmpdir(), 'q8s-uv-'))
    beforeAll(() => {
      if (installer === 'uv') env.Q8S_UV = provideUv(folder)
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))
    const app = "from h2o_wave import main, app, Q\n\n@app('/here')\nasync def serve(q: Q):\n    pass\n"

    it('adds packages that keep an older SDK starting, though the app pins a range only', async () => {
      const bundle = { 'run.py': app, 'requirements.txt': 'h2o-wave>=1.5,<1.6\n' }
      const run = await makeRun({ bundle, env })
      run.start()
      expect((await run.until('ready', 3 * MINUTES)).route).toBe('/here')
      expect(run.text()).toContain('starlette<1 is known to keep this app from starting')
    })

    it('names a package that no index has', async () => {
      const bundle = { 'run.py': app, 'requirements.txt': 'q8s-no-such-package-anywhere==1.0\n' }
      const run = await makeRun({ bundle, env })
      run.start()
      const { exit } = await run.until('ended', 3 * MINUTES)
      expect(exit?.code).toBe('install-failed')
      expect(exit?.message).toContain('q8s-no-such-package-anywhere')
    })
  })
}
