/** The runtime image is saved to a file and loaded again; nothing else is loaded with it. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { loadRuntimeImage, saveRuntimeImage } from '#adapters/engine-docker/image-file.ts'
import { buildRuntimeImage, runtimeImageState } from '#adapters/engine-docker/runtime-image.ts'
import { tar } from '#adapters/engine-docker/tar.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'
import { type SecondDocker, secondDockerProblem, startSecondDocker } from './second-docker.ts'

// Loads into another engine, so that the image never goes missing for other users.
const skipped = (await dockerProblem()) ?? secondDockerProblem()

describe.skipIf(skipped)(`an image in a file${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let folder = ''
  let file = ''
  let second: SecondDocker
  const elsewhere = async () => second.address
  const load = (from: string, signal?: AbortSignal, onBytes = (_done: number, _total: number) => {}) =>
    loadRuntimeImage({ file: from, signal, onBytes, address: elsewhere })
  const images = async () =>
    (await (await openDocker(process.env, elsewhere)).docker.listImages({ all: true })).map(({ Id }) => Id)

  beforeAll(async () => {
    await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
    folder = await mkdtemp(join(tmpdir(), 'q8s-image-'))
    file = join(folder, 'runtime.tar')
    second = await startSecondDocker()
  }, 120_000)
  afterAll(async () => {
    await second.close()
    await rm(folder, { recursive: true })
  })

  test('is saved completely, or not at all', async () => {
    const abort = new AbortController()
    const cut = saveRuntimeImage({ file, signal: abort.signal, onBytes: () => abort.abort() })
    await expect(cut).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await readdir(folder)).toEqual([])
    const told: number[] = []
    await saveRuntimeImage({ file, onBytes: done => told.push(done) })
    expect((await stat(file)).size).toBeGreaterThan(10 << 20)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    await expect(saveRuntimeImage({ file, onBytes: () => undefined })).rejects.toMatchObject({
      code: 'CONFLICT'
    })
  }, 120_000)

  test('any other file is refused, and nothing of it is loaded', async () => {
    const other = join(folder, 'other.tar')
    execFileSync('docker', ['save', '--output', other, dockerBase()])
    const text = join(folder, 'text.tar')
    await writeFile(text, 'no image at all')
    const part = join(folder, 'part.tar')
    await writeFile(part, await readFile(file))
    await truncate(part, 5 << 20)
    const renamed = join(folder, 'renamed.tar')
    const contents = [{ Config: 'a.json', RepoTags: ['q8s-runtime:latest', 'python:3.11-slim'] }]
    await writeFile(
      renamed,
      await tar([{ name: 'manifest.json', content: Buffer.from(JSON.stringify(contents)) }])
    )
    for (const from of [other, text, part, renamed]) {
      await expect(load(from), from).rejects.toMatchObject({
        code: 'INVALID',
        hint: expect.stringContaining('runtime save')
      })
    }
    await expect(load(join(folder, 'none.tar'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await images()).toEqual([])
  }, 120_000)

  test('is loaded into another engine, compressed or not; a cancelled load leaves nothing', async () => {
    const abort = new AbortController()
    const cut = load(file, abort.signal, () => abort.abort())
    await expect(cut).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await images()).toEqual([])
    expect(await runtimeImageState(process.env, undefined, elsewhere)).toBe('missing')
    const zipped = join(folder, 'runtime.tar.gz')
    await writeFile(zipped, gzipSync(await readFile(file), { level: 1 }))
    let last: readonly number[] = []
    await load(zipped, undefined, (done, total) => {
      last = [done, total]
    })
    expect(last[0]).toBe(last[1])
    expect(await runtimeImageState(process.env, undefined, elsewhere)).toBe('ok')
    const { docker } = await openDocker(process.env, elsewhere)
    const { RepoTags } = await docker.getImage('q8s-runtime:latest').inspect()
    expect(RepoTags).toHaveLength(2)
  }, 180_000)
})
