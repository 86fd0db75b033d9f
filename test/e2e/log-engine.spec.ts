/**
 * A log in the window while the container engine goes away and comes back: rows report it, no line is lost or doubled.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page, TestInfo } from '@playwright/test'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { dockerBase, dockerProblem } from '../real/docker-there.ts'
import { cuttableProxy, type SocketProxy } from '../real/socket-proxy.ts'
import { applicationOf, expect, inMain, test } from './fixtures.ts'
import { expectLinesTo, openLog, run } from './pages/saying-app.ts'
import { Workbench } from './pages/workbench.ts'

const skipped =
  process.platform === 'win32' ? 'a pipe cannot stand in front of another' : await dockerProblem()
const { DOCKER_HOST } = process.env
let folder = ''
let engine: SocketProxy | undefined

test.skip(skipped !== undefined, skipped)
test.use({ engine: 'docker' })

// Before any window opens: its host uses the engine that the environment names.
test.beforeAll(async () => {
  if (skipped !== undefined) return
  await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
  const { endpoint } = await openDocker()
  folder = await mkdtemp(join(tmpdir(), 'q8s-engine-'))
  const path = join(folder, 'docker.sock')
  engine = await cuttableProxy(path, endpoint.url.replace(/^\w+:\/\//, ''))
  process.env.DOCKER_HOST = `unix://${path}`
})
// Running instances are stopped after each test.
test.afterEach(() => engine?.comeBack())
test.afterAll(async () => {
  if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST
  else process.env.DOCKER_HOST = DOCKER_HOST
  await engine?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

test('an engine goes away while its log is followed, and comes back', async ({ home, window }, info) => {
  const workbench = new Workbench(window)
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  const row = workbench.row(new RegExp(app.id.slice(0, 8)))
  await test.step('a link to the port in the container opens the real address', async () => {
    await app.say('Running on http://0.0.0.0:55555/a?b=1, not on http://localhost:5000/')
    const links = log.getByRole('link')
    await expect(links).toHaveText(['http://0.0.0.0:55555/a?b=1', 'http://localhost:5000/'])
    await expect(links.first()).toHaveAttribute('title', new URL('/a?b=1', app.url).href)
    await expect(links.last()).toHaveAttribute('title', 'http://localhost:5000/')
    expect(await opened(window, links.first(), info)).toBe(new URL('/a?b=1', app.url).href)
  })
  await app.say('line {n}', 50)
  await expectLinesTo(log, 49)
  await expect(row).toContainText('Ready')

  await engine?.goAway()
  await expect(log).toContainText(/there is no engine at .*Lines are read on/)
  await expect(log).toContainText('Engine gone')
  await expect(row).toContainText('Ready when last seen')
  await expectLinesTo(log, 49)
  // The container keeps running, and so does its log.
  await app.say('line {n}', 50, 50)
  await expectLinesTo(log, 99)

  await engine?.comeBack()
  await expect(log).toContainText('The engine answers again. No line was lost.')
  await expect(log).not.toContainText('Engine gone')
  await expect(row).not.toContainText('when last seen')
  await app.say('line {n}', 50, 100)
  await expectLinesTo(log, 149)
})

/** The address that a click on a link opens outside the app. */
async function opened(window: Page, link: Locator, { project }: TestInfo): Promise<string | undefined> {
  if (project.metadata.shell === 'browser') {
    await window.context().route('**/a?b=1', route => route.fulfill({ body: 'the app' }))
    const [page] = await Promise.all([window.context().waitForEvent('page'), link.click()])
    await expect(page.locator('body')).toHaveText('the app')
    await page.close()
    return page.url()
  }
  await inMain(window, ({ shell }) => {
    shell.openExternal = async address => void Object.assign(globalThis, { address })
  })
  await link.click()
  const address = () => applicationOf(window).evaluate(() => (globalThis as { address?: string }).address)
  await expect.poll(address).toBeDefined()
  return address()
}
