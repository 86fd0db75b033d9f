/** Which paths go into a bundle, and why. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { walkProject } from '#core/bundle/files/walk.ts'
import type { WalkedFile } from '#core/bundle/files/walked-file.ts'
import { reasonText } from '#shared/file-reason.ts'
import { project, type Tree } from './project.ts'

const isRoot = process.getuid?.() === 0
const isPosix = process.platform !== 'win32'

/** Excluded paths with their reasons, and included paths. */
async function sorted(tree: Tree) {
  const files = await walkProject(project(tree))
  const out = files.filter(file => !file.included)
  return {
    files,
    included: files.filter(file => file.included).map(file => file.path),
    excluded: Object.fromEntries(out.map(file => [file.path, reasonText(file.reason)]))
  }
}

function findingsOf(files: readonly WalkedFile[], rule: string) {
  return files.flatMap(({ finding }) => (finding?.rule === rule ? [finding] : []))
}

test('paths are sorted by the bytes of their UTF-8 names', async () => {
  const { included } = await sorted({
    'b.py': '',
    'a/x.py': '',
    'a.py': '',
    'B.txt': '',
    '\uFF5E': '',
    '🎉': ''
  })
  expect(included).toEqual(['B.txt', 'a.py', 'a/x.py', 'app.py', 'b.py', 'q-app.toml', '\uFF5E', '🎉'])
})

test('.gitignore applies at its own level and below, the deeper one wins', async () => {
  const { included, excluded } = await sorted({
    '.gitignore': '*.log\n/only-root.txt\n# comment\n\nbuild/\n',
    'a.log': '',
    'only-root.txt': '',
    'sub/only-root.txt': '',
    'sub/.gitignore': '!keep.log\n/local.csv\ndeep/*.dat\n',
    'sub/keep.log': '',
    'sub/other.log': '',
    'sub/local.csv': '',
    'sub/more/local.csv': '',
    'sub/deep/x.dat': '',
    'sub/more/deep/x.dat': '',
    'build/x': '',
    'sub/build/y': ''
  })
  expect(excluded).toEqual({
    'a.log': 'ignored by .gitignore: *.log',
    'only-root.txt': 'ignored by .gitignore: /only-root.txt',
    'sub/other.log': 'ignored by .gitignore: *.log',
    'sub/local.csv': 'ignored by sub/.gitignore: /local.csv',
    'sub/deep/x.dat': 'ignored by sub/.gitignore: deep/*.dat',
    'sub/deep/': 'nothing in it goes into the bundle',
    'build/': 'ignored by .gitignore: build/',
    'sub/build/': 'ignored by .gitignore: build/'
  })
  expect(included).toContain('sub/keep.log')
  expect(included).toContain('sub/more/local.csv')
  expect(included).toContain('sub/more/deep/x.dat')
})

test('a folder whose name looks like a pattern is taken literally', async () => {
  const { excluded } = await sorted({
    'a[b]/.gitignore': '*.log\n',
    'a[b]/x.log': '',
    'ab/x.log': '',
    'b/x.log': ''
  })
  expect(Object.keys(excluded)).toEqual(['a[b]/x.log'])
})

test('.q8signore wins over .gitignore, whichever lies deeper', async () => {
  const { included, excluded } = await sorted({
    '.gitignore': 'dist/\n*.bin\n',
    '.q8signore': '!dist/\n*.md\n',
    'dist/app.js': '',
    'sub/.gitignore': '!*.md\n',
    'sub/read.md': '',
    'model.bin': ''
  })
  expect(included).toContain('dist/app.js')
  expect(excluded['sub/read.md']).toBe('ignored by .q8signore: *.md')
  expect(excluded['model.bin']).toBe('ignored by .gitignore: *.bin')
})

test('files that no app needs are out by default, listed once, and can be included', async () => {
  const tree = {
    '.git/config': '',
    'pkg/__pycache__/a.cpython-311.pyc': '',
    'pkg/a.py': '',
    'node_modules/x/index.js': '',
    'old.0.1.0.qz': '',
    '.DS_Store': '',
    '.idea/x.xml': '',
    'a.py~': ''
  }
  const { excluded } = await sorted(tree)
  expect(excluded).toEqual({
    '.git/': 'version control',
    'pkg/__pycache__/': 'Python cache',
    'node_modules/': 'Node packages',
    'old.0.1.0.qz': 'bundle',
    '.DS_Store': 'system file',
    '.idea/': 'editor file',
    'a.py~': 'editor file'
  })
  const { files } = await sorted({ ...tree, '.q8signore': '!node_modules/\n!*.qz\n' })
  const wanted = files.filter(file => file.included).map(file => file.path)
  expect(wanted).toContain('node_modules/x/index.js')
  expect(wanted).toContain('old.0.1.0.qz')
})

test('a virtual environment is recognised by its configuration, not by its name', async () => {
  const tree = { 'weird/pyvenv.cfg': 'home = /usr', 'weird/lib/x.py': '', 'venv/not-one.py': '' }
  const { included, excluded } = await sorted(tree)
  expect(excluded).toEqual({ 'weird/': 'virtual environment' })
  expect(included).toContain('venv/not-one.py')
  const wanting = await sorted({ ...tree, '.q8signore': '!/weird/\n' })
  expect(wanting.included).toContain('weird/lib/x.py')
})

test('manifest and requirements cannot be excluded', async () => {
  const { included } = await sorted({ '.gitignore': '*\n', '.q8signore': '*.toml\n', 'requirements.txt': '' })
  expect(included).toEqual(['q-app.toml', 'requirements.txt'])
})

test('an empty folder is kept, one with only excluded content is not', async () => {
  const { included, excluded } = await sorted({ 'empty/': '', 'cache/__pycache__/x.pyc': '' })
  expect(included).toContain('empty/')
  expect(excluded['cache/']).toBe('nothing in it goes into the bundle')
})

test.runIf(isPosix)('links inside the project stay links, links out of it are refused', async () => {
  const { files } = await sorted({
    'data/a.csv': '',
    ok: { link: 'data/a.csv' },
    'up/back': { link: '../data' },
    out: { link: '../../etc/passwd' },
    absolute: { link: '/etc/passwd' },
    chain: { link: 'up/back/../../..' },
    circle: { link: 'circle' },
    dangling: { link: 'nowhere' }
  })
  const byPath = new Map(files.map(file => [file.path, file]))
  expect(byPath.get('ok')).toMatchObject({ included: true, kind: 'link', target: 'data/a.csv' })
  expect(byPath.get('up/back')).toMatchObject({ included: true, kind: 'link' })
  for (const path of ['out', 'absolute', 'chain', 'circle']) {
    expect(byPath.get(path)).toMatchObject({
      included: false,
      finding: { rule: 'link-refused', severity: 'error', file: path }
    })
  }
  expect(byPath.get('dangling')).toMatchObject({
    included: true,
    finding: { rule: 'link-target-missing', severity: 'warning' }
  })
})

test.runIf(isPosix)('a link to a parent folder is not followed in circles', async () => {
  const { files } = await sorted({ 'a/b/loop': { link: '../..' } })
  expect(files.filter(file => file.kind === 'link').map(file => file.path)).toEqual(['a/b/loop'])
})

test.runIf(isPosix)('special files are skipped with a notice', async () => {
  const folder = project()
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const files = await walkProject(folder)
  expect(files.find(file => file.path === 'pipe')).toMatchObject({
    included: false,
    reason: { code: 'named-pipe' }
  })
  expect(findingsOf(files, 'special-file')).toHaveLength(1)
})

test.runIf(isPosix)(
  'names that no bundle can have are errors, names Windows cannot have are warnings',
  async () => {
    const { files } = await sorted({
      'back\\slash': '',
      'new\nline': '',
      'aux.py': '',
      'at 12:00.txt': '',
      'dot./x': ''
    })
    const refused = findingsOf(files, 'name-refused').map(finding => finding.file)
    expect(refused).toEqual(['aux.py', 'back\\slash', 'new\nline'])
    expect(findingsOf(files, 'name-not-portable').map(finding => finding.file)).toEqual([
      'at 12:00.txt',
      'dot./x'
    ])
  }
)

test.runIf(process.platform === 'linux')('a name that is not UTF-8 is an error', async () => {
  const folder = project()
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), 'x')
  expect(findingsOf(await walkProject(folder), 'name-refused')).toHaveLength(1)
})

test('names that are the same on some systems are errors', async () => {
  const folder = project({ 'Read.me': '', 'caf\u00e9.txt': '' })
  if (existsSync(join(folder, 'READ.ME'))) return
  const { files } = await sorted({
    'Read.me': '',
    'READ.ME': '',
    'caf\u00e9.txt': '',
    'cafe\u0301.txt': '',
    'Pkg/a.py': '',
    'pkg/b.py': ''
  })
  const collisions = findingsOf(files, 'names-collide').map(finding => finding.file)
  expect(collisions).toEqual(['Read.me', 'caf\u00e9.txt', 'pkg/b.py'])
})

test.runIf(isPosix).each([
  ['read', 0o000, 'secret/'],
  ['entered', 0o444, 'secret/x']
])('a folder that cannot be %s is named, unless it is excluded', async (_what, mode, path) => {
  const folder = project({ 'secret/x': '' })
  chmodSync(join(folder, 'secret'), mode)
  chmodSync(folder, 0o755)
  const walk = async () => {
    // Root may read everything, so the test drops root for the call.
    if (isRoot) process.seteuid?.(65_534)
    try {
      return await walkProject(folder)
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  }
  await expect(walk()).rejects.toMatchObject({ code: 'FORBIDDEN', data: { path } })
  writeFileSync(join(folder, '.q8signore'), `/${path}\n`)
  expect((await walk()).find(file => file.path === path)).toMatchObject({ included: false })
  chmodSync(join(folder, 'secret'), 0o700)
})

test('a folder that does not exist is reported as missing', async () => {
  await expect(walkProject(join(project(), 'nope'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('an aborted walk ends', async () => {
  await expect(walkProject(project(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError'
  })
})

test.runIf(isPosix)('a project opened through a link is the same project', async () => {
  const folder = project({ 'a.txt': '' })
  const alias = join(project(), 'alias')
  symlinkSync(folder, alias)
  expect((await walkProject(alias)).map(file => file.path)).toContain('a.txt')
})

test('.appignore works like .gitignore, and .q8signore wins over it', async () => {
  const { included, excluded } = await sorted({
    '.appignore': 'notebooks/\n*.csv\n',
    '.q8signore': '!keep.csv\n',
    'notebooks/a.ipynb': '',
    'data.csv': '',
    'keep.csv': ''
  })
  expect(excluded).toEqual({
    'notebooks/': 'ignored by .appignore: notebooks/',
    'data.csv': 'ignored by .appignore: *.csv'
  })
  expect(included).toContain('keep.csv')
})

test('.env stays out, with a hint on how to use it', async () => {
  const { files, excluded } = await sorted({ '.env': 'A=1', 'sub/.env.local': 'A=1', '.env.example': 'A=' })
  expect(excluded).toEqual({
    '.env': 'variables for a run here',
    'sub/.env.local': 'variables for a run here',
    'sub/': 'nothing in it goes into the bundle'
  })
  expect(findingsOf(files, 'env-file')).toMatchObject([{ severity: 'info', file: '.env' }])
})

test('files that only this computer’s git ignores are included, and reported', async () => {
  const { files, included } = await sorted({
    '.git/config': '[core]\n\tbare = false\n\texcludesFile = "/does/not/exist"\n',
    '.git/info/exclude': '# git ls-files\n*.log\n/private/\n',
    'a.log': '',
    'private/b.txt': '',
    'c.txt': ''
  })
  expect(included).toEqual(expect.arrayContaining(['a.log', 'private/b.txt', 'c.txt']))
  expect(findingsOf(files, 'git-excludes').map(({ file }) => file)).toEqual(['a.log', 'private/b.txt'])
})

test('an exclusion by an ignore file names the file, the line and the pattern', async () => {
  const folder = await project({
    'a.log': '',
    'data/b.csv': '',
    '.gitignore': '# logs\n*.log\n',
    'data/.q8signore': '\n\nb.csv\n'
  })
  const files = await walkProject(folder)
  const reasonOf = (path: string) => files.find(file => file.path === path)?.reason
  expect(reasonOf('a.log')).toEqual({ code: 'ignored-by', file: '.gitignore', line: 2, pattern: '*.log' })
  expect(reasonOf('data/b.csv')).toEqual({
    ...{ code: 'ignored-by', file: 'data/.q8signore', line: 3, pattern: 'b.csv' }
  })
  expect(reasonOf('.gitignore')).toEqual({ code: 'part-of-project' })
})
