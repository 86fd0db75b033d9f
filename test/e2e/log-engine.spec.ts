/** A log in the window while the container engine goes away and comes back: told in rows, and no line lost or doubled. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { dockerBase, dockerProblem } from '../real/docker-there.ts'
import { cuttableProxy, type SocketProxy } from '../real/socket-proxy.ts'
import { expect, test } from './fixtures.ts'
import { expectLinesTo, openLog, run } from './pages/saying-app.ts'
import { Workbench } from './pages/workbench.ts'

const skipped =
  process.platform === 'win32' ? 'a pipe cannot stand in front of another' : await dockerProblem()
const { DOCKER_HOST } = process.env
let folder = ''
let engine: SocketProxy | undefined

test.skip(skipped !== undefined, skipped)

// Before any window opens: its host asks the engine the environment names.
test.beforeAll(async () => {
  if (skipped !== undefined) return
  await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
  const { endpoint } = await openDocker()
  folder = await mkdtemp(join(tmpdir(), 'q8s-engine-'))
  const path = join(folder, 'docker.sock')
  engine = await cuttableProxy(path, endpoint.url.replace(/^\w+:\/\//, ''))
  process.env.DOCKER_HOST = `unix://${path}`
})
// What runs is stopped after each test.
test.afterEach(() => engine?.comeBack())
test.afterAll(async () => {
  if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST
  else process.env.DOCKER_HOST = DOCKER_HOST
  await engine?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

test('an engine that goes away while its log is followed, and comes back', async ({ home, window }) => {
  const workbench = new Workbench(window)
  const [app] = await run(home, 1, 'docker')
  const log = await openLog(window, app.id)
  const row = workbench.row(new RegExp(app.id.slice(0, 8)))
  await app.say('line {n}', 50)
  await expectLinesTo(log, 49)
  await expect(row).toContainText('Ready')

  await engine?.goAway()
  await expect(log).toContainText(/there is no engine at .*Lines are read on/)
  await expect(log).toContainText('Engine gone')
  await expect(row).toContainText('Ready when last seen')
  await expectLinesTo(log, 49)
  // The container runs on, and so does its log.
  await app.say('line {n}', 50, 50)
  await expectLinesTo(log, 99)

  await engine?.comeBack()
  await expect(log).toContainText('The engine answers again. No line was lost.')
  await expect(log).not.toContainText('Engine gone')
  await expect(row).not.toContainText('when last seen')
  await app.say('line {n}', 50, 100)
  await expectLinesTo(log, 149)
})
