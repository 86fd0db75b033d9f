/**
 * Real apps as a platform runs them: samples and public apps clicked in a browser, and how apps end, on every engine.
 */
import type { Browser, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { processEnvironment } from '#adapters/host-settings.ts'
import { resourcePath } from '#core/host/resources.ts'
import type { Engine } from '#core/ports.ts'
import type { Instance } from '#shared/instance.ts'
import type { Platform } from '#shared/platform.ts'
import { createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { cleanUp } from '../launcher/support.ts'
import { textOf, until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { WHEEL, wheel } from '../wheel.ts'
import { fetchPublicApps, namedApps, project, whyNoIndex } from './app-sources.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'
import { CHROMIUM, openBrowser } from './launcher-browser.ts'

const MINUTES = 60_000
const NO_INDEX = { PIP_NO_INDEX: '1', UV_OFFLINE: '1' }

const whyNoDocker = await dockerProblem()
if (!whyNoDocker) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
const whyNotInstalled = whyNoIndex()
const whyNotClicked = whyNotInstalled ?? (CHROMIUM ? undefined : 'no Chromium')
const fetched = whyNotClicked ? undefined : fetchPublicApps()
const named = (title: string, reason: string | undefined) =>
  reason ? `${title} (skipped: ${reason})` : title

type Files = Readonly<Record<string, string | Buffer>>

/** A visitor's actions, and the sign that the app accepted them. */
type Visit = (page: Page) => Promise<unknown>

afterAll(cleanUp)

appsOn('process', undefined, env => cacheFolder => createProcessEngine({ cacheFolder, env }))
appsOn('docker', whyNoDocker, env => cacheFolder => createDockerEngine({ cacheFolder, env }))

function appsOn(
  kind: Engine['kind'],
  skipped: string | undefined,
  engineWith: (env: NodeJS.ProcessEnv) => (cacheFolder: string) => Engine
): void {
  describe.skipIf(skipped)(named(`apps on the ${kind} engine`, skipped), () => {
    let home: LocalHome
    let platform: Platform

    async function open(env: NodeJS.ProcessEnv): Promise<Platform> {
      return home.open({ engines: [engineWith(env)(home.folders.cache)] })
    }

    async function run(files: Files, on = platform, env: Record<string, string> = {}): Promise<string> {
      const app = await importApp(on, { files }, { ephemeral: true })
      return (await on.instances.run({ appId: app.id, env })).id
    }

    beforeAll(async () => {
      home = await createLocalHome({ engines: [] })
      platform = await open(process.env)
    })
    afterEach(async () => {
      for (const { id } of await platform.instances.list({})) {
        await platform.instances.stop({ id })
        await platform.instances.remove({ id })
      }
    })
    afterAll(() => home.remove())

    describe.skipIf(whyNotClicked)(named('in a browser', whyNotClicked), () => {
      let browser: Browser
      beforeAll(async () => {
        browser = await openBrowser()
      })
      afterAll(() => browser.close())

      async function visit({ url }: Instance, does: Visit): Promise<void> {
        const page = await browser.newPage()
        try {
          await page.goto(url)
          // On a busy machine the Wave server can lose a visitor's first update; a user would reload the page, too.
          await does(page).catch(async () => {
            await page.reload()
            await does(page)
          })
          expect(await page.getByText('Traceback (most recent call last)').count()).toBe(0)
        } finally {
          await page.close()
        }
      }

      test.each(['hello-wave', 'guide-wave', 'plain-web'])('the sample %s answers clicks', async sample => {
        const id = await run(project(resourcePath(`samples/${sample}`)).bundle)
        await visit(await until(platform, id, 'ready', 4 * MINUTES), async page => {
          await page.getByRole('button', { name: 'Click me' }).click({ timeout: 20_000 })
          await page.getByText(/^1\b/).first().waitFor()
        })
        await expect.poll(() => textOf(platform, id), { timeout: 10_000 }).toContain('Count is now 1')
      })

      test.each<[name: string, visit: Visit]>([
        [
          'hello_world',
          async page => {
            await page.getByRole('button', { name: /Current count: \d+/ }).click({ timeout: 20_000 })
            await page.getByRole('button', { name: /Current count: [1-9]/ }).waitFor()
          }
        ],
        ['header_nav', async page => fillForm(page, page.getByRole('tab', { name: 'Form' }))],
        ['sidebar_nav', async page => fillForm(page, page.getByRole('link', { name: 'Form' }))]
      ])('the public template %s answers clicks', async (name, does) => {
        const files = { 'q-app.toml': manifestOf('app'), ...fetched?.template(name) }
        await visit(await until(platform, await run(files), 'ready', 4 * MINUTES), does)
      })

      test('the public app university answers clicks', async () => {
        const files = {
          'q-app.toml': manifestOf('h2o_wave_university.university'),
          ...fetched?.university()
        }
        const env = { H2O_WAVE_PUBLIC_DIR: '/assets/@../../app/h2o_wave_university/static/' }
        const ready = await until(platform, await run(files, platform, env), 'ready', 4 * MINUTES)
        await visit(ready, async page => {
          await page.getByRole('button', { name: 'Next' }).click({ timeout: 30_000 })
          await page.getByText('Lesson 2').first().waitFor({ timeout: 20_000 })
        })
      })

      for (const folder of namedApps()) {
        test(`${folder} shows its page`, async () => {
          const { bundle, manifest } = project(folder)
          const given = manifest.Env.flatMap(entry => (entry.Value ? [[entry.Name, entry.Value]] : []))
          const files = { ...bundle, 'q-app.toml': manifestOf(manifest.Runtime.Module) }
          const id = await run(files, platform, Object.fromEntries(given))
          await visit(await until(platform, id, 'ready', 5 * MINUTES), page =>
            page.locator('[data-test]').first().waitFor({ timeout: MINUTES })
          )
        })
      }
    })

    test('an app whose packages are wheels in its bundle runs without an index', async () => {
      const offline = await open({ ...processEnvironment(process.env), ...NO_INDEX })
      const id = await run({ ...SERVES_MINE, [WHEEL]: wheel('from the bundle') }, offline)
      const { url } = await until(offline, id, 'ready', 2 * MINUTES)
      expect(await (await fetch(url)).text()).toBe('from the bundle')
    })

    test.each<[what: string, files: Files, reason: object, line: string]>([
      [
        'that is imported and ends without serving',
        { 'q-app.toml': manifestOf('app'), 'app.py': 'print("all done")\n' },
        { code: 'exited-without-serving', exitCode: 0 },
        'all done'
      ],
      [
        'that raises when it is imported',
        { 'q-app.toml': manifestOf('app'), 'app.py': 'print("so far")\nraise ValueError("no luck today")\n' },
        { code: 'import-error', message: expect.stringContaining('no luck today') },
        'ValueError: no luck today'
      ],
      [
        'whose import is not installed',
        { 'q-app.toml': manifestOf('app'), 'app.py': 'import q8s_not_there\n' },
        { code: 'import-error', message: expect.stringContaining('q8s_not_there') },
        "No module named 'q8s_not_there'"
      ],
      [
        'that is killed for memory',
        {
          'q-app.toml': manifestOf('app', 'MemoryLimit = "96Mi"'),
          'app.py':
            'import time\nkept = []\nprint("eating")\nwhile True:\n    kept.append(b"x" * (1 << 20))\n    time.sleep(0.005)\n'
        },
        { code: 'out-of-memory' },
        'eating'
      ]
    ])('an app %s fails with that reason and its own last lines', async (_what, files, reason, line) => {
      const id = await run(files)
      const failed = await until(platform, id, 'failed', MINUTES)
      expect(failed.reason).toMatchObject(reason)
      expect(await textOf(platform, id)).toContain(line)
    })

    test('an app with a missing wheel fails with the name of the wheel', async () => {
      const offline = await open({ ...processEnvironment(process.env), ...NO_INDEX })
      const other = { ...SERVES_MINE, 'requirements.txt': 'mine==1.0\n' }
      const failed = await until(offline, await run(other, offline), 'failed', 2 * MINUTES)
      expect(failed.reason).toMatchObject({
        code: 'install-failed',
        message: expect.stringContaining('mine')
      })
    })
  })
}

/** The third page of both templates is a form of three steps. */
async function fillForm(page: Page, link: ReturnType<Page['getByRole']>): Promise<void> {
  await link.click({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Textbox 2').waitFor()
}

function manifestOf(module: string, runtime = ''): string {
  const app = `Name = "ai.q8s.test.app"\nVersion = "0.1.0"\nTitle = "An app"\nDescription = "An app to try."`
  return `[App]\n${app}\nCategory = "Other"\nKeywords = []\n[Runtime]\nModule = "${module}"\n${runtime}\n`
}

const SERVES_MINE: Files = {
  'q-app.toml': manifestOf('run'),
  'requirements.txt': `./${WHEEL}\n`,
  'run.py': `
import os, mine
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(mine.NAME.encode())

HTTPServer(('', int(os.environ['PORT'])), Handler).serve_forever()
`
}
