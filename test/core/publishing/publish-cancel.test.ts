/** A publish that is cancelled at any stage leaves nothing behind. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobContext } from '#core/jobs/jobs.ts'
import { publish, type RunRequest, runProject } from '#core/publishing/publish.ts'
import { AppError } from '#shared/errors.ts'
import type { Platform } from '#shared/platform.ts'
import { createFakeEngine } from '../../adapters/fake-engine.ts'
import { createLocalHome, type LocalHome } from '../../adapters/local-home.ts'
import { makeProject } from '../project-folder.ts'

let home: LocalHome
let platform: Platform
let project: string
beforeEach(async () => {
  home = await createLocalHome({ engines: [createFakeEngine()] })
  platform = await home.open()
  project = await makeProject(join(home.root, 'peak'))
})
afterEach(() => home.remove())

/** Cancels as soon as the job reports this stage, by its code or phase; collects the stages it went through. */
function cancelledAt(wanted: string): JobContext & { readonly stages: string[] } {
  const controller = new AbortController()
  const stages: string[] = []
  return {
    signal: controller.signal,
    stages,
    stage(stage) {
      const now = 'phase' in stage ? stage.phase : stage.code
      stages.push(now)
      if (now === wanted) controller.abort(new AppError('CANCELLED', 'Cancelled.'))
    },
    log: () => {},
    found: () => {}
  }
}

const folders = () => ({
  temporary: join(home.folders.cache, 'bundles'),
  index: join(home.folders.cache, 'bundle-index')
})

/** Everything a cancelled job could have left: records, and files of bundles, uploads, runs and volumes. */
async function everything() {
  const files = async (folder: string) => (await readdir(folder).catch(() => [])).sort()
  return {
    apps: await platform.apps.list({ ephemeral: true }),
    instances: await platform.instances.list({}),
    bundles: await files(join(home.folders.state, 'bundles')),
    uploads: await files(join(home.folders.state, 'uploads')),
    runs: await files(join(home.folders.state, 'runs')),
    volumes: await files(join(home.folders.state, 'volumes')),
    temporary: await files(folders().temporary),
    project: await files(project)
  }
}

const importing = ['checking', 'bundling', 'uploading', 'importing']
const starting = ['creating-instance', 'installing']

describe('a cancelled publish restores what was there before', () => {
  const request = { visibility: 'PRIVATE', deploy: true, wait: true } as const

  test.each([...importing, ...starting])('while deploying: %s', async stage => {
    const before = await everything()
    const job = cancelledAt(stage)
    await expect(publish(platform, { ...request, path: project }, folders(), job)).rejects.toMatchObject({
      code: 'CANCELLED'
    })
    expect(job.stages.at(-1)).toBe(stage)
    expect(await everything()).toEqual(before)
  })

  test.each([...importing, ...starting])('while running on this computer: %s', async stage => {
    const before = await everything()
    const run: RunRequest = { path: project, env: {} }
    await expect(runProject(platform, run, folders(), cancelledAt(stage))).rejects.toMatchObject({
      code: 'CANCELLED'
    })
    expect(await everything()).toEqual(before)
  })

  test.each(importing)('while importing: %s', async stage => {
    const before = await everything()
    const only = { ...request, path: project, deploy: false }
    await expect(publish(platform, only, folders(), cancelledAt(stage))).rejects.toMatchObject({
      code: 'CANCELLED'
    })
    expect(await everything()).toEqual(before)
  })

  test('an existing app keeps its bundle', async () => {
    const only = { ...request, path: project, deploy: false }
    await publish(platform, only, folders(), cancelledAt('never'))
    const before = await everything()
    const again = { ...request, path: project }
    await expect(publish(platform, again, folders(), cancelledAt('importing'))).rejects.toMatchObject({
      code: 'CANCELLED'
    })
    expect(await everything()).toEqual(before)
    expect(before.bundles).toHaveLength(1)
  })
})
