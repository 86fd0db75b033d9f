/** Packages an app imports but does not install; silent if that is not certain. */
import { describe, expect, test } from 'vitest'
import { missingImports } from '#core/python/missing.ts'

type Tree = Readonly<Record<string, string>>

async function missing(tree: Tree, module = 'app'): Promise<string[]> {
  const files = {
    paths: new Set(Object.keys(tree)),
    size: (path: string) => tree[path]?.length ?? 0,
    bytes: async (path: string) => Buffer.from(tree[path] ?? expect.fail(`${path} is not there`))
  }
  return (await missingImports(files, module)).missing.map(
    ({ module: name, requirement, file }) => `${name} ${requirement ?? '?'} ${file}`
  )
}

const app = (source: string, requirements = 'h2o-wave\n', more: Tree = {}): Tree => ({
  'app.py': source,
  'requirements.txt': requirements,
  ...more
})

describe('reported', () => {
  test.each<[what: string, tree: Tree, told: readonly string[]]>([
    ['a package of the same name', app('import xgboost'), ['xgboost xgboost app.py']],
    ['one that is called otherwise', app('import cv2'), ['cv2 opencv-python app.py']],
    [
      'one that nothing there brings along',
      app('import pandas', 'h2o-wave\npyyaml\n'),
      ['pandas pandas app.py']
    ],
    ['one nobody knows', app('import q_helpers'), ['q_helpers ? app.py']],
    ['Wave itself', app('from h2o_wave import main', 'pandas\n'), ['h2o_wave h2o-wave app.py']],
    ['the last Wave with listen()', app('from h2o_wave import listen', ''), ['h2o_wave h2o-wave<1 app.py']],
    ['once, where it comes first', app('import xgboost\nimport xgboost.core\n'), ['xgboost xgboost app.py']],
    [
      'in a module of its own',
      app('from pkg import views', '', {
        'pkg/__init__.py': '',
        'pkg/views.py': 'from ..x import y\nimport shap'
      }),
      ['shap shap pkg/views.py']
    ],
    [
      'in the package of a module',
      app('import pkg.a', '', {
        'pkg/__init__.py': 'import shap',
        'pkg/a.py': 'from .b import c',
        'pkg/b.py': 'import xgboost'
      }),
      ['shap shap pkg/__init__.py', 'xgboost xgboost pkg/b.py']
    ],
    [
      'what a constraint alone names',
      app('import xgboost', '-c c.txt\n', { 'c.txt': 'xgboost==1\n' }),
      ['xgboost xgboost app.py']
    ],
    ['where there is no requirements.txt', { 'app.py': 'import shap' }, ['shap shap app.py']]
  ])('%s', async (_, tree, told) => expect(await missing(tree)).toEqual(told))
})

describe('not reported', () => {
  test.each<[what: string, tree: Tree]>([
    [
      'what is installed',
      app('import yaml, PIL, sklearn', 'PyYAML\nPillow>=9\nscikit_learn==1 ; python_version > "3"\n')
    ],
    ['a variant of it', app('import cv2, psycopg2', 'opencv-python-headless\npsycopg2-binary\n')],
    ['a part of a name many share', app('import google.cloud.storage', 'google-cloud-storage\n')],
    ['the standard library, old and new', app('import os.path, tomllib, distutils, _thread, imp, cgi')],
    ['what each environment has', app('import pkg_resources, setuptools')],
    [
      'what the app may do without',
      app('try:\n  import shap\nexcept ImportError:\n  shap = None\nif x:\n  import xgboost')
    ],
    ['what only tests need', app('', '', { 'test_app.py': 'import pytest', 'setup.py': 'import hatchling' })],
    ['what an optional module needs', app('if dev:\n  import tools', '', { 'tools.py': 'import shap' })],
    ['what something else brings along', app('import numpy, pandas, httpx', 'h2o-wave\nseaborn\n')],
    ['what an unknown package may bring', app('import pandas, helpers', 'acme-helpers\n')],
    ['modules of its own', app('import views, lib.x', '', { 'views.py': '', 'src/lib/x.py': '' })],
    ['compiled ones', app('import fast', '', { 'fast.cpython-311-x86_64-linux-gnu.so': '' })],
    ['anything beside extras', app('import shap', 'acme[all]\n')],
    ['anything beside a repository', app('import shap', 'git+https://example.com/a.git\n')],
    ['anything beside a folder', app('import shap', './lib\n')],
    ['anything beside an index', app('import shap', '--extra-index-url https://example.com/simple\nacme\n')],
    ['anything beside a wheel of its own', app('import shap', 'wheels/acme-1.0-py3-none-any.whl\n')],
    ['a well-known wheel', app('import shap', './wheels/shap-1.0-py3-none-any.whl\n')],
    ['a package by its URL', app('import shap', 'shap @ https://example.com/shap-1.0.zip\n')],
    [
      'what another file installs',
      app('import shap', '-r more/r.txt\n', { 'more/r.txt': 'shap\n-r ../requirements.txt\n' })
    ],
    ['anything where such a file is not there', app('import shap', '-r gone.txt\n')],
    ['anything of a file in other letters', app('import shap', '\ufffe\0s\0')]
  ])('%s', async (_, tree) => expect(await missing(tree)).toEqual([]))
})

test('a project without the module has no findings', async () => {
  expect(await missing(app('import shap'), 'elsewhere')).toEqual([])
  expect(await missing(app('import shap'), '../app')).toEqual([])
})

test('modules that import each other do not loop', async () => {
  const tree = app('import b', '', { 'b.py': 'import app, c', 'c.py': 'import b, shap' })
  expect(await missing(tree)).toEqual(['shap shap c.py'])
})

test('a very large amount of code is read up to a bound', async () => {
  const names = Array.from({ length: 100 }, (_, number) => `m${number}`)
  const filling = `${'#'.repeat(1023)}\n`.repeat(511)
  const more = Object.fromEntries(
    names.map((name, number) => [`${name}.py`, `import m${number + 1}\n${filling}`])
  )
  const asked = new Set<string>()
  const tree = app('import m0', '', { ...more, 'm100.py': 'import shap' })
  await missingImports(
    {
      paths: new Set(Object.keys(tree)),
      size: path => tree[path]?.length ?? 0,
      bytes: async path => {
        asked.add(path)
        return Buffer.from(tree[path] ?? '')
      }
    },
    'app'
  )
  expect(asked).toContain('m15.py')
  expect(asked).not.toContain('m30.py')
})
