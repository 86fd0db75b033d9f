/** The composed host: settings apply to the next call, and its log records its start and end. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { homeFolders } from '#core/host/folders.ts'
import { createLimits, FREE_FLOW } from '#hosts/limits.ts'
import { wireOptions } from '#hosts/wire.ts'
import { createHost, type Host } from '#main/compose.ts'
import type { Client } from '#shared/contract.ts'
import { fromWire, wireFormat } from '#shared/wire.ts'
import { importApp } from '../platform-bundles.ts'

let root = ''
let host: Host
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-compose-'))
  vi.stubEnv('DOCKER_HOST', `unix://${join(root, 'no.sock')}`)
  host = createHost({ kind: 'cli', folders: homeFolders({ Q8S_HOME: root }) })
})
afterEach(async () => {
  await host.close()
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

test('an engine chosen after the platform was opened runs the next instance', async () => {
  const client = host.client()
  await client.system.saveSettings({ engine: 'process' })
  const app = await importApp(client.platform)
  await client.system.saveSettings({ engine: 'docker' })
  await expect(client.platform.instances.run({ appId: app.id })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('Docker')
  })
  expect(await client.platform.instances.list({})).toEqual([])
})

test('a long-lived host logs its start with its environment, and its end; a command does not', async () => {
  expect(await readdir(root)).not.toContain('state')
  const lasting = createHost({ kind: 'browser', folders: homeFolders({ Q8S_HOME: root }) })
  await lasting.close()
  expect((await lasting.log.tail()).trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^\S+Z browser \d+ q8s \d+\.\d+\.\d+\S* started\. Node \S+, \S+ \S+ \w+\.$/),
    expect.stringMatching(/ It ended in order\.$/)
  ])
})

test('a command records its jobs if it uses the platform, and does not open one only for that', async () => {
  const client = host.client()
  const { path } = await client.projects.sample()
  const { jobId } = await client.projects.bundle({ path })
  for await (const job of await client.jobs.watch({ id: jobId })) expect(job.error).toBeUndefined()
  expect(await readdir(join(root, 'state'))).not.toContain('platform.db')
  const published = await client.projects.publish({ path })
  for await (const job of await client.jobs.watch({ id: published.jobId })) expect(job.error).toBeUndefined()
  await host.close()
  const later = createHost({ kind: 'cli', folders: homeFolders({ Q8S_HOME: root }) })
  expect((await later.client().jobs.history()).map(({ kind, state }) => [kind, state])).toEqual([
    ['import', 'done']
  ])
  await later.close()
})

test('a profile that is not there is NOT_FOUND, in process and over a wire', async () => {
  const nowhere = host.client('nowhere')
  const refused = { code: 'NOT_FOUND', message: expect.stringContaining('nowhere') }
  await expect(nowhere.platform.info()).rejects.toMatchObject(refused)
  await expect(nowhere.system.info()).rejects.toMatchObject(refused)
  expect(await nowhere.projects.recent()).toEqual([])

  const { port1, port2 } = new MessageChannel()
  const { router, context } = host.connect('nowhere')
  const bugs: unknown[] = []
  new RPCHandler(
    router,
    wireOptions(error => bugs.push(error), createLimits(FREE_FLOW))
  ).upgrade(port1, { context })
  const client: Client = createORPCClient(new RPCLink({ port: port2, ...wireFormat }))
  port1.start()
  port2.start()
  const error = await client.platform.apps.list({}).catch(fromWire)
  expect(error).toMatchObject(refused)
  expect(bugs).toEqual([])
  port1.close()
})
