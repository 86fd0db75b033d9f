/** The composed host: settings apply to the next call, and its log records its start and end. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { homeFolders } from '#core/host/folders.ts'
import { createHost, type Host } from '#main/compose.ts'
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
