/** What the publish sheet shows for a folder or a bundle, and the version it writes. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeBundle } from '#core/bundle/write/write.ts'
import { setVersion } from '#core/project/set-version.ts'
import { digestOf, look } from '#core/publishing/inspect.ts'
import { locks } from '../locks.ts'
import { MANIFEST, makeProject } from '../project-folder.ts'

let root = ''
let project = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-look-'))
  project = await makeProject(join(root, 'peak'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const folders = () => ({ temporary: join(root, 'tmp'), index: join(root, 'index') })
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

async function bundled(name: string): Promise<string> {
  const output = join(root, name)
  await writeBundle({ folder: project, output })
  return output
}

describe('inspecting', () => {
  test('a project: the files that go in, and the possible next versions', async () => {
    const seen = await look(project, folders())
    expect(seen).toMatchObject({ path: project, kind: 'project', count: 2 })
    expect(seen.manifest?.App).toMatchObject({ Name: 'ai.h2o.q.peak', Version: '0.1.2' })
    expect(seen.next).toEqual({ patch: '0.1.3', minor: '0.2.0', major: '1.0.0' })
    expect(seen.icon).toBeUndefined()
  })

  test('a bundle: the same app, without a choice of version', async () => {
    const seen = await look(await bundled('peak.qz'), folders())
    expect(seen).toMatchObject({ kind: 'bundle', count: 2, manifest: { App: { Version: '0.1.2' } } })
    expect(seen.next).toBeUndefined()
  })

  test('the icon of either, if it is an image', async () => {
    await makeProject(project, { 'static/icon.png': 'no image' })
    expect((await look(project, folders())).icon).toBeUndefined()
    await writeFile(join(project, 'static', 'icon.png'), PNG)
    for (const path of [project, await bundled('icon.qz')]) {
      const { icon } = await look(path, folders())
      expect(icon?.type).toBe('image/png')
      expect(Buffer.from((await icon?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(PNG)
    }
  })

  test('a version that is not semver has no next versions', async () => {
    await makeProject(project, { 'q-app.toml': MANIFEST.replace('0.1.2', 'one') })
    const seen = await look(project, folders())
    expect(seen.next).toBeUndefined()
    expect(seen.findings.some(finding => finding.severity === 'error')).toBe(true)
  })

  test('a folder without a manifest, and a file that is not a bundle, are refused', async () => {
    await expect(look(root, folders())).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(look(join(project, 'ready.py'), folders())).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('digest', () => {
  test("is the same until something changes, and the same for the folder's bundle", async () => {
    const first = await digestOf(project, folders())
    expect(await digestOf(project, folders())).toBe(first)
    expect(await digestOf(await bundled('peak.qz'), folders())).toBe(first)
    await writeFile(join(project, 'ready.py'), 'print(2)\n')
    expect(await digestOf(project, folders())).not.toBe(first)
  })
})

describe('the next version', () => {
  const file = () => join(project, 'q-app.toml')

  test('is written without changing any other byte', async () => {
    const crlf = `\ufeff${MANIFEST.replaceAll('\n', '\r\n')}`
    await writeFile(file(), crlf)
    expect(await setVersion(locks, project, { from: '0.1.2', to: '0.2.0' })).toBe('0.2.0')
    expect(await readFile(file(), 'utf8')).toBe(crlf.replace('0.1.2', '0.2.0'))
    await setVersion(locks, project, { from: '0.2.0', to: '0.1.2' })
    expect(await readFile(file(), 'utf8')).toBe(crlf)
  })

  test('is refused if it is not a version, or the file has changed', async () => {
    await expect(setVersion(locks, project, { from: '0.1.2', to: '2' })).rejects.toMatchObject({
      code: 'INVALID'
    })
    await expect(setVersion(locks, project, { from: '0.1.1', to: '0.1.2' })).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { version: '0.1.2' }
    })
    expect(await readFile(file(), 'utf8')).toBe(MANIFEST)
  })
})
