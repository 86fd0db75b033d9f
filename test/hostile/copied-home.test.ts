/**
 * A copy of a home has the same instances on record, but not their processes and containers: those belong to the
 * original.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBundleFiles } from '#adapters/platform-local/bundles.ts'
import { createObserver } from '#adapters/platform-local/instances/observe.ts'
import { sweep } from '#adapters/platform-local/sweep.ts'
import { homeFolders } from '#core/host/folders.ts'
import type { Platform } from '#shared/platform.ts'
import { contextIn, createLocalHome, type LocalHome, openHome } from '../adapters/local-home.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { enginesHere } from './engines.ts'

const engines = await enginesHere()

describe.each(engines)('$kind', ({ skipped, create }) => {
  let home: LocalHome
  let platform: Platform
  let place: string

  beforeEach(async () => {
    home = await createLocalHome({ engines: [] })
    platform = await home.open({ engines: [create(home.folders.cache)] })
    place = await mkdtemp(join(tmpdir(), 'q8s-copy-'))
  })
  afterEach(async () => {
    for (const { id } of await platform.instances.list({})) {
      await platform.instances.stop({ id })
      await platform.instances.remove({ id })
    }
    await home.remove()
    await rm(place, { recursive: true, force: true })
  })

  test.skipIf(skipped)('the apps of the original keep running no matter what the copy does', async () => {
    const app = await importApp(platform)
    const ids: string[] = []
    for (let count = 0; count < 2; count++) {
      const { id } = await platform.instances.run({ appId: app.id })
      await until(platform, id, 'ready')
      ids.push(id)
    }
    const [first = '', second = ''] = ids
    await cp(home.root, join(place, 'copy'), { recursive: true, verbatimSymlinks: true })
    const folders = homeFolders({ Q8S_HOME: join(place, 'copy') })
    const engine = create(folders.cache)
    const inspect = () => Promise.reject(new Error('not asked'))
    const copy = openHome({
      ...{ folders, user: 'anna', engines: [engine], keychain: home.keychain, inspect },
      engineChoice: () => 'auto' as const
    })
    const { instances } = copy.platform
    expect(await instances.list({})).toMatchObject([{ state: 'failed' }, { state: 'failed' }])
    await instances.stop({ id: first })
    await instances.remove({ id: first })
    expect(await copy.leftovers.list()).toEqual([])
    const context = contextIn({ folders, keychain: home.keychain }, [engine])
    await sweep(context, createBundleFiles(context), createObserver(context))
    await context.close()
    // The same instance runs in both homes, each on its own port.
    await instances.start({ id: second })
    const { url } = await until(copy.platform, second, 'ready')
    for (const id of ids) {
      const original = await platform.instances.get({ id })
      expect(original).toMatchObject({ state: 'ready' })
      expect(original.url).not.toBe(url)
      expect((await fetch(original.url)).status).toBe(200)
    }
    await instances.stop({ id: second })
    await instances.remove({ id: second })
    expect(await platform.instances.list({})).toMatchObject([{ state: 'ready' }, { state: 'ready' }])
    await copy.close()
  })
})
