/** Small inputs on which the product once failed, a folder each, and the result each must have now. */
import { existsSync } from 'node:fs'
import { appendFile, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { reportFiles } from '#core/bundle/write/report.ts'
import { addRequirements, readRequirementsOf } from '#core/project/requirements.ts'
import type { Instance } from '#shared/instance.ts'
import { locks } from '../core/locks.ts'
import { freePort, openShell } from './cli-support.ts'

const CASES = process.env.Q8S_TEST_CASES

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-cases-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A writable copy. */
async function project(name: string): Promise<string> {
  const path = join(folder, 'project')
  await cp(join(CASES ?? '', name), path, { recursive: true })
  return path
}

/** `rule file` of every error and warning, sorted. */
async function findings(path: string): Promise<string[]> {
  const { findings: all } = await reportFiles(path)
  return all
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, severity, file }) => [severity, rule, file].filter(Boolean).join(' '))
    .sort()
}

const NO_FINDINGS: readonly string[] = []

/** Cases that are checked by the findings in their files. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  '01-lower-case-keys': Array.from({ length: 4 }, () => 'warning key-case app.toml'),
  '05-link-app': ['error link-app app.toml', 'warning requirements-missing'],
  '17-requirements-encoding/cr-only': NO_FINDINGS,
  '17-requirements-encoding/formfeed': NO_FINDINGS,
  '22-stdlib-in-requirements': ['warning requirements-standard-library requirements.txt'],
  '25-module-from-index': NO_FINDINGS,
  '25-module-from-local-package/dot': NO_FINDINGS,
  '25-module-from-local-package/editable': NO_FINDINGS,
  '25-module-from-local-package/folder': NO_FINDINGS,
  '34-lfs-pointer': [
    'error lfs-pointer model/plate.h5',
    'error lfs-pointer static/icon.png',
    'error lfs-pointer wheels/my_lib-1.0-py3-none-any.whl'
  ],
  '48-package-shadow': ['warning module-hides-package requests.py'],
  '48-stdlib-shadow': ['warning module-hides-python typing.py']
}

const missing = (name: string) => !CASES || !existsSync(join(CASES, name))

for (const [name, expected] of Object.entries(FOUND)) {
  test.skipIf(missing(name))(`${name}: its findings`, async () => {
    expect(await findings(await project(name))).toEqual([...expected].sort())
  })
}

test.skipIf(missing('07-appignore'))('07: files named in .appignore are excluded', async () => {
  const { entries } = await reportFiles(await project('07-appignore'))
  const included = entries
    .filter(entry => entry.included && !entry.path.endsWith('/'))
    .map(({ path }) => path)
  expect(included).toEqual([
    '.appignore',
    'app.toml',
    'guess/__init__.py',
    'guess/run.py',
    'requirements.txt'
  ])
})

test.skipIf(missing('17-requirements-encoding'))(
  '17: an addition after a last line that ends in a backslash gets its own line',
  async () => {
    const path = await project('17-requirements-encoding/write-continued')
    await addRequirements(locks, path, ['pandas'])
    expect((await readRequirementsOf(path)).missing).toEqual([])
    expect(await readFile(join(path, 'requirements.txt'), 'utf8')).toMatch(/^six \\\s*\n\npandas\n$/)
  }
)

test.skipIf(missing('17-requirements-encoding'))('17: a file locked by hashes is not changed', async () => {
  const path = await project('17-requirements-encoding/write-hashes')
  const before = await readFile(join(path, 'requirements.txt'))
  await expect(addRequirements(locks, path, ['pandas'])).rejects.toThrow(/locked/)
  expect(await readFile(join(path, 'requirements.txt'))).toEqual(before)
})

/** Runs the project once with the process engine; returns its log, or the error. */
async function outcome(name: string, env: Readonly<Record<string, string>>, more = ''): Promise<string> {
  const shell = await openShell()
  try {
    const cwd = await project(name)
    await appendFile(join(cwd, 'q-app.toml'), more)
    const imported = await shell.json<{ id: string }>('bundle import', { cwd })
    const { stderr } = await shell.run(['app', 'run', imported.id, '--wait'], { cwd, env })
    const [instance] = await shell.json<Instance[]>('instance list')
    const log = await shell.run(['instance', 'logs', instance?.id ?? ''], { cwd })
    return stderr + log.stdout
  } finally {
    await shell.close()
  }
}

test.skipIf(missing('18-variable-version'))('18: a variable that is not set is named', async () => {
  expect(await outcome('18-variable-version', {})).toContain(
    'requirements.txt uses the variable SIX_VERSION, which is not set.'
  )
  expect(await outcome('18-index-variables', {})).toContain('uses the variable REPO_TOKEN, which is not set.')
})

test.skipIf(missing('18-variable-version'))('18: the version in a variable is installed', async () => {
  expect(
    await outcome('18-variable-version', {}, '\n[[Env]]\nName = "SIX_VERSION"\nValue = "1.15.0"\n')
  ).toContain('six 1.15.0')
})

test.skipIf(missing('50-plain-six'))('50: settings of pip do not redirect packages', async () => {
  const env = { PIP_TARGET: join(folder, 'elsewhere'), PIP_DRY_RUN: '1', Q8S_UV: 'off' }
  expect(await outcome('50-plain-six', env)).toMatch(/app is ready/i)
})

/** Runs it by `exec`, presses Ctrl-C once these words are printed, and returns all its output. */
async function printed(name: string, words: string, ...options: string[]): Promise<string> {
  const shell = await openShell()
  try {
    const port = String(await freePort())
    const child = shell.start(['exec', '--port', port, ...options], { cwd: await project(name) })
    let text = ''
    for await (const piece of child.stdout.setEncoding('utf8')) {
      const before = text
      text += piece
      if (text.includes(words) && !before.includes(words)) child.kill('SIGINT')
    }
    return text
  } finally {
    await shell.close()
  }
}

test.skipIf(missing('42-split-utf8'))('42: no character is cut, however slowly it is printed', async () => {
  const lines = (await printed('42-split-utf8', 'app is ready')).split('\n')
  const has = (line: string) => lines.includes(line)
  expect(has('┌──┐ café 中文 🎉 ok')).toBe(true)
  expect(has('half of ä: ä end')).toBe(true)
  expect(has('latin-1 f\ufffdr alle')).toBe(true)
  expect(has(`\0${'x'.repeat(16_383)}${'ä'.repeat(20_000)}`)).toBe(true)
  expect(lines.filter(line => line === `┌${'─'.repeat(200)}┐`)).toHaveLength(100)
})

test.skipIf(missing('47-shutdown-log'))('47: log lines of an app after Ctrl-C are printed', async () => {
  const text = await printed('47-shutdown-log', 'app is ready')
  expect(text).toContain('saved 12 rows, bye')
  expect(text).toContain('last words on stderr')
})

test.skipIf(missing('57-bind-addresses'))('57: an app is reachable wherever it listens', async () => {
  const shell = await openShell()
  try {
    for (const name of ['any', 'dual', 'lo', 'other-port', 'v6']) {
      const cwd = await project(join('57-bind-addresses', name))
      const { id } = await shell.json<{ id: string }>('bundle import', { cwd })
      const { url } = await shell.json<Instance>(`app run ${id} --wait`)
      expect(await (await fetch(url)).text(), name).toBe('hello from the app\n')
      await rm(cwd, { recursive: true })
    }
  } finally {
    await shell.close()
  }
})

/** The variables that the app of case 55 gets from a file there. */
async function variablesOf(file: string): Promise<Record<string, string>> {
  const text = await printed('55-env-file', 'serving on', '--env-file', file)
  // As Python writes them: in ASCII and single quotes, with escapes.
  const shown = text.matchAll(/^(T_\w+) = '(.*)'$/gm)
  const value = (ascii: string) =>
    JSON.parse(`"${ascii.replaceAll('"', '\\"').replace(/\\x(..)/g, '\\u00$1')}"`)
  return Object.fromEntries(Array.from(shown, ([, name, ascii]) => [name, value(ascii ?? '')]))
}

test.skipIf(missing('55-env-file'))('55: each way to write a value', async () => {
  const expected = {
    T_PLAIN: 'value',
    T_EXPORT: 'exported',
    T_DQ: 'double quoted',
    T_SQ: 'single quoted',
    T_INLINE: 'somevalue',
    T_HASH: 'pass#word',
    T_DQHASH: 'a # b',
    T_EQ: 'a=b=c',
    T_EMPTY: '',
    T_SPACED: 'spaced',
    T_NEWLINE: 'line1\nline2',
    T_RAW: 'line1\\nline2',
    T_DOLLAR: '$HOME',
    T_CR: 'crlf',
    T_TRAIL: 'trail',
    T_UNI: 'über',
    T_AFTER: 'after'
  }
  expect(await variablesOf('no-multi.env')).toMatchObject(expected)
  const key = '-----BEGIN KEY-----\nabc\n-----END KEY-----'
  await rm(join(folder, 'project'), { recursive: true })
  expect(await variablesOf('vars.env')).toMatchObject({ ...expected, T_MULTI: key })
})

/** Each folder has a test above, or is named here because its test is not written yet. */
const WAITING = ['41-progress-bar', '41-progress-live', '45-long-json-lines']

test.skipIf(!CASES)('no folder is forgotten', async () => {
  const known = [
    ...Object.keys(FOUND),
    '07-appignore',
    '18-index-variables',
    '18-variable-version',
    '42-split-utf8',
    '47-shutdown-log',
    '50-plain-six',
    '55-env-file',
    '57-bind-addresses',
    ...WAITING
  ].map(name => name.split('/')[0])
  const names = await readdir(CASES ?? '')
  expect(names.filter(name => !known.includes(name))).toEqual([])
})

for (const name of WAITING) test.skip(`${name}: nothing is checked yet`)
