/** Builds the runtime image of instances with a real Docker engine. */
import { describe, expect, test } from 'vitest'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { buildImage } from '#adapters/engine-docker/image-build.ts'
import { buildRuntimeImage, runtimeImage, runtimeImageState } from '#adapters/engine-docker/runtime-image.ts'
import { tar } from '#adapters/engine-docker/tar.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'

const skipped = await dockerProblem()

describe.skipIf(skipped)(`runtime image${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  const base = dockerBase()

  test('is built from the launcher that ships here, and tagged with its digest', async () => {
    const lines: string[] = []
    const built = await buildRuntimeImage({ base, onLine: line => lines.push(line) })
    expect(lines.length).toBeGreaterThan(2)
    expect(built.image).toBe(await runtimeImage())
    const { docker } = await openDocker()
    expect(await docker.getImage(built.image).inspect()).toMatchObject({ Id: built.id })
    expect(await docker.getImage('q8s-runtime:latest').inspect()).toMatchObject({ Id: built.id })
    expect(await runtimeImageState()).toBe('ok')
  })

  test('two builds give the same image', async () => {
    const first = await buildRuntimeImage({ base, onLine: () => undefined })
    const second = await buildRuntimeImage({ base, onLine: () => undefined })
    expect(second).toEqual(first)
  })

  test('build steps get the proxy, and the image holds no password of it', async () => {
    const connection = await openDocker()
    const dockerfile = Buffer.from(`FROM ${base}\nRUN test -n "$HTTPS_PROXY"\n`)
    const id = await buildImage(connection, {
      context: await tar([{ name: 'Dockerfile', content: dockerfile }]),
      tags: ['q8s-test-proxy:latest'],
      labels: {},
      args: { HTTPS_PROXY: 'http://me:hunter2@proxy.example:3128' },
      extraHosts: false,
      onLine: () => undefined
    })
    const image = connection.docker.getImage(id)
    try {
      expect(JSON.stringify([await image.history(), await image.inspect()])).not.toContain('hunter2')
    } finally {
      await image.remove()
    }
  })

  test('a missing base is reported with the reason and the last lines', async () => {
    const failed = buildRuntimeImage({ base: 'q8s-no-such-base:none', onLine: () => undefined })
    await expect(failed).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('--base'),
      data: { log: expect.any(Array) }
    })
  })

  test('an abort ends the build', async () => {
    const abort = new AbortController()
    const build = buildRuntimeImage({ base, signal: abort.signal, onLine: () => abort.abort() })
    await expect(build).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
