/** Deceptive names: the command line shows their hidden characters, findings report them, and data never changes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { homeFolders } from '#core/host/folders.ts'
import { createHost, type Host } from '#main/compose.ts'
import type { App } from '#shared/app.ts'
import type { AppError } from '#shared/errors.ts'
import { project } from '../core/bundle/project.ts'
import { openShell, type Shell } from '../real/cli-support.ts'

const TITLE = 'Safe \u202efdp.exe\u200b\x1b[31m'
const SHOWN = 'Safe ‹U+202E›fdp.exe‹U+200B›‹U+001B›[31m'
const MANIFEST = `[App]
Name = "ai.example.hostile"
Version = "0.1.0"
Title = "Safe \\u202Efdp.exe\\u200B\\u001B[31m"
Description = "Says \\u2066nothing\\u2069"

[Runtime]
Module = "app"
`

describe('q8s-cli', () => {
  let shell: Shell
  beforeAll(async () => {
    shell = await openShell()
  })
  afterAll(() => shell?.close())

  test('shows hidden characters of a deceptive title, and gives it unchanged to programs', async () => {
    const folder = await shell.project({ 'q-app.toml': MANIFEST, 'app.py': '', 'requirements.txt': '' })
    expect((await shell.run(['bundle', 'import'], { cwd: folder })).code).toBe(0)
    const list = await shell.run('app list')
    expect(list.stdout).toContain(SHOWN)
    expect(list.stdout).not.toMatch(/[\u202e\u200b\x1b]/)
    const [app] = await shell.json<App[]>('app list')
    expect(app?.title).toBe(TITLE)
  }, 60_000)

  test('warns of such a title, and of such file names', async () => {
    const folder = await shell.project({
      'q-app.toml': MANIFEST,
      'app.py': '',
      'requirements.txt': '',
      'read\u202eem.txt': 'x',
      'pay\u200bpal.txt': 'x'
    })
    const { stdout, stderr } = await shell.run(['bundle', '--dry-run'], { cwd: folder })
    const said = stdout + stderr
    expect(said).toContain('Title has invisible characters (U+202E, U+200B, U+001B).')
    expect(said).toContain('Description has invisible characters (U+2066, U+2069).')
    expect(said).toContain('The name read‹U+202E›em.txt has invisible characters (U+202E).')
    expect(said).toContain('The name pay‹U+200B›pal.txt has invisible characters (U+200B).')
    expect(said).not.toMatch(/[\u202e\u200b\x1b]/)
  }, 60_000)
})

describe('a path with a NUL', () => {
  let root = ''
  let host: Host
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'q8s-names-'))
    host = createHost({ kind: 'browser', folders: homeFolders({ Q8S_HOME: root }) })
  })
  afterEach(async () => {
    await host.close()
    await rm(root, { recursive: true, force: true })
  })

  test('gets a clear error from every call that takes a path', async () => {
    const client = host.client()
    const path = `${project()}\0x`
    const file = `${path}.qz`
    const calls: Record<string, () => Promise<unknown>> = {
      open: () => client.projects.open({ path }),
      manifest: () => client.projects.manifest({ path }),
      check: () => client.projects.check({ path, text: '' }),
      pictures: () => client.projects.pictures({ path }),
      detect: () => client.projects.detect({ path }),
      files: () => client.projects.files({ path }),
      requirements: () => client.projects.requirements({ path }),
      init: () => client.projects.init({ path, from: 'manifest' }),
      bundle: () => client.projects.bundle({ path }),
      output: () => client.projects.bundle({ path: project(), output: file }),
      inspect: () => client.projects.inspect({ file }),
      look: () => client.publishing.look({ path }),
      digest: () => client.publishing.digest({ path }),
      choose: () => client.preview.choose({ path, files: ['a'], included: true }),
      text: () => client.preview.text({ path, file: 'a' })
    }
    for (const [call, ask] of Object.entries(calls)) {
      const error = await ask().then(
        () => undefined,
        (reason: AppError) => reason
      )
      expect({ call, code: error?.code }).toEqual({ call, code: 'INVALID' })
      expect(error?.message).toContain('‹U+0000›')
    }
  }, 30_000)
})
