/** What is detected about an app from its code. */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkManifest } from '#core/manifest/check.ts'
import { detectProject, newManifest } from '#core/project/detect.ts'
import { AppError } from '#shared/errors.ts'

const TODAY = "from h2o_wave import main, app, Q\n\n\n@app('/demo')\nasync def serve(q: Q):\n    pass\n"
const GUIDE = "from h2o_q import Q, listen\n\nif __name__ == '__main__':\n    listen('/', main_page)\n"

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-detect-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function detect(files: Readonly<Record<string, string>>, name = 'My App') {
  for (const [path, content] of Object.entries(files)) {
    const at = join(folder, name, ...path.split('/'))
    await mkdir(dirname(at), { recursive: true })
    await writeFile(at, content)
  }
  return detectProject(join(folder, name))
}

test.each<[string, Record<string, string>, string, string | undefined]>([
  ['an app of today', { 'app.py': TODAY, 'helper.py': 'x = 1\n' }, 'app', '/demo'],
  ["an app of the guide's time", { 'q_app/__init__.py': '', 'q_app/run.py': GUIDE }, 'q_app.run', '/'],
  ['a Streamlit script', { 'ui.py': 'import streamlit as st\nst.title("x")\n', 'x.py': '' }, 'ui', undefined],
  [
    'an object for a server',
    { 'api.py': 'from fastapi import FastAPI\napp = FastAPI()\n' },
    'api',
    undefined
  ],
  [
    'a Django project',
    { 'manage.py': 'from django.core import management\nmanagement.execute_from_command_line([])\n' },
    'manage',
    undefined
  ],
  ['a package that starts itself', { 'peak/__main__.py': GUIDE, 'peak/pages.py': '' }, 'peak', '/'],
  [
    'a package that starts what another module serves',
    { 'peak/__main__.py': 'from .pages import go\ngo()\n', 'peak/pages.py': '' },
    'peak',
    undefined
  ],
  [
    'main apart from its pages',
    {
      'src/app.py': 'from h2o_wave import main\nimport pages\n',
      'src/pages.py': TODAY.replace('main, ', '')
    },
    'src.app',
    '/demo'
  ],
  [
    'the outermost of several',
    { 'run.py': TODAY, 'old/run.py': TODAY.replace('demo', 'old') },
    'run',
    '/demo'
  ],
  [
    'the app, not its tests and examples',
    { 'service.py': TODAY, 'tests/app.py': TODAY, 'examples/app.py': TODAY, 'test_app.py': TODAY },
    'service',
    '/demo'
  ],
  [
    'the app, not what is installed',
    {
      'a/b/service.py': TODAY,
      'env/pyvenv.cfg': '',
      'env/app.py': TODAY,
      '.venv/app.py': TODAY,
      'node_modules/app.py': TODAY
    },
    'a.b.service',
    '/demo'
  ],
  [
    'a web app that is not Wave',
    {
      'server.py':
        "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run()\n"
    },
    'server',
    undefined
  ],
  [
    'a Wave app before another web app',
    { 'a.py': 'import uvicorn\nuvicorn.run(x)\n', 'z.py': TODAY },
    'z',
    '/demo'
  ],
  [
    'a plain main',
    { 'main.py': "if __name__ == '__main__':\n    go()\n", 'other.py': '' },
    'main',
    undefined
  ],
  ['CRLF and a byte order mark', { 'app.py': `\ufeff${TODAY.replaceAll('\n', '\r\n')}` }, 'app', '/demo']
])('finds %s', async (_, files, module, route) => {
  const found = await detect(files)
  expect(found.module).toBe(module)
  expect(found.route).toBe(route)
  expect(found.evidence.join('\n')).toContain(`Module ${module}: `)
})

test('gives the place of each detection', async () => {
  const { evidence } = await detect({ 'app.py': TODAY })
  expect(evidence).toEqual([
    'Name from the folder: My App',
    'Module app: app.py:1: from h2o_wave import main, app, Q',
    "Route /demo: app.py:4: @app('/demo')"
  ])
})

test('names the app after the folder, or after pyproject.toml', async () => {
  expect(await detect({ 'app.py': TODAY })).toMatchObject({ name: 'my-app', title: 'My App' })
  const project = { 'app.py': TODAY, 'pyproject.toml': '[project]\nname = "sales_forecast"\n' }
  expect(await detect(project, 'x')).toMatchObject({ name: 'sales_forecast', title: 'Sales forecast' })
})

test.each<[string, Record<string, string>]>([
  ['no Python at all', { 'README.md': '# x' }],
  ['nothing that serves', { 'lib.py': 'def f(): pass\n' }],
  ['names that cannot be imported', { 'my-app/app.py': TODAY, 'two words.py': TODAY, '1.py': TODAY }]
])('finds no module if there is %s', async (_, files) => {
  const found = await detect(files)
  expect(found.module).toBeUndefined()
  expect(found.evidence.at(-1)).toContain('No Python module')
})

test('follows no links: neither in circles nor out of the folder', async () => {
  await detect({ 'lib.py': '' })
  const root = join(folder, 'My App')
  await writeFile(join(folder, 'outside.py'), TODAY)
  await symlink(join(folder, 'outside.py'), join(root, 'app.py'))
  await symlink(root, join(root, 'circle'), 'dir')
  expect((await detectProject(root)).module).toBeUndefined()
})

test('reads a bounded number of files, to a bounded depth', async () => {
  const deep = Array.from({ length: 12 }, (_, index) => `d${index}`).join('/')
  expect((await detect({ [`${deep}/app.py`]: TODAY })).module).toBeUndefined()
  const huge = `${'# x\n'.repeat(1_000_000)}${TODAY}`
  expect((await detect({ 'app.py': huge })).module).toBeUndefined()
})

test('a folder that does not exist is an error with a text', async () => {
  await expect(detectProject(join(folder, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await writeFile(join(folder, 'file'), '')
  await expect(detectProject(join(folder, 'file'))).rejects.toBeInstanceOf(AppError)
})

test.runIf(process.platform !== 'win32')('a folder without permission is an error with a text', async () => {
  await chmod(folder, 0o000)
  // Root may read everything, so the test drops root for the call.
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  const error = await detectProject(folder).catch(reason => reason)
  if (isRoot) process.seteuid?.(0)
  await chmod(folder, 0o700)
  expect(error).toMatchObject({ code: 'FORBIDDEN' })
})

test('can be cancelled', async () => {
  await expect(detectProject(folder, AbortSignal.abort())).rejects.toThrow()
})

describe('newManifest', () => {
  test('is valid at once, with any names', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(text, text, fc.option(text, { nil: undefined }), (name, title, route) => {
        const { manifest, findings } = checkManifest(
          newManifest({ name, title, module: 'q_app.run', route }),
          'q-app.toml'
        )
        expect(manifest?.App).toMatchObject({ Name: name, Title: title, Version: '0.1.0' })
        expect(manifest?.Runtime).toEqual({ Module: 'q_app.run' })
        expect(findings.filter(({ path }) => path !== 'App.Name' && path !== 'App.Title')).toEqual([])
      })
    )
  })

  test('its comments are the rest of the guide', () => {
    const text = newManifest({ name: 'my-app', title: 'My app', module: 'app', route: '/demo' })
    expect(text).toContain('# The app is at the route "/demo"')
    const { manifest, findings } = checkManifest(text.replace(/^# (?=[A-Z]\w+ = |\[\[)/gm, ''), 'q-app.toml')
    expect(findings).toEqual([])
    expect(manifest).toMatchObject({
      Runtime: { VolumeMount: '/data', MemoryLimit: '500Mi' },
      Env: [{ Secret: 'SecretName' }]
    })
  })
})
