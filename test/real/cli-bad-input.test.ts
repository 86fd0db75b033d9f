/** Bad input through the built CLI: a clear error with what to do, the right exit code, nothing half done. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Instance } from '#shared/instance.ts'
import { appsOf, asNobody, COUNTING, expectError, manifest, openShell, type Shell } from './cli-support.ts'

let shell: Shell
beforeEach(async () => {
  shell = await openShell()
})
afterEach(() => shell.close())

/** Faults that prevent a project from being published, and the error for each. */
const PROJECTS: readonly (readonly [
  what: string,
  files: Record<string, string | Uint8Array>,
  words: RegExp
])[] = [
  [
    'invalid UTF-8',
    { 'q-app.toml': Buffer.concat([Buffer.from(manifest()), Buffer.from([0xff, 0xfe])]) },
    /q-app\.toml.*error .*UTF-8/i
  ],
  [
    'a Name with slashes',
    { 'q-app.toml': manifest({ name: '../../etc/passwd' }) },
    /q-app\.toml:2:\d+ error .*Name/
  ],
  [
    'a Version of two numbers',
    { 'q-app.toml': manifest({ version: '1.2' }) },
    /q-app\.toml:3:\d+ error .*1\.2/
  ],
  [
    'a Module that is not there',
    { 'q-app.toml': manifest({ module: 'no.such' }) },
    /q-app\.toml:7:\d+ error .*no\.such/
  ],
  [
    'a wheel that is not there',
    { 'requirements.txt': 'h2o-wave\n./wheels/x-1.0-py3-none-any.whl\n' },
    /requirements\.txt:2(?::\d+)? error .*x-1\.0/
  ],
  [
    'an icon that is no image',
    { 'static/icon.png': 'not a picture' },
    /static\/icon\.png(?::\d+:\d+)? error .*/
  ],
  [
    'a reserved variable',
    { 'q-app.toml': manifest({ more: '[[Env]]\nName = "Q8S_X"\nSecret = "s"\nSecretKey = "k"\n' }) },
    /q-app\.toml:\d+:\d+ error .*Q8S/
  ],
  ['TOML that is none', { 'q-app.toml': '[App\nName' }, /q-app\.toml:1:\d+ error /]
]

describe.each(PROJECTS)('a project with %s', (_what, files, words) => {
  test.each(['bundle', 'bundle import', 'bundle deploy'])('is refused by %s', async line => {
    const cwd = await shell.project({ 'run.py': '', ...files })
    const before = (await readdir(cwd)).sort()
    const outcome = await shell.run(line, { cwd })
    expectError(outcome, 3, words)
    expect((await readdir(cwd)).sort()).toEqual(before)
    expect(await appsOf(shell)).toEqual([])
  })
})

test.each([
  ['a byte-order mark', `\ufeff${manifest()}`],
  ['lines of Windows', manifest().replaceAll('\n', '\r\n')]
])('a manifest with %s is accepted, and its bytes stay', async (_what, text) => {
  const cwd = await shell.project({ 'q-app.toml': text, 'run.py': '' })
  const { code, stderr } = await shell.run('bundle --output ../out.qz', { cwd })
  expect(code, stderr).toBe(0)
  expect(await readFile(join(cwd, 'q-app.toml'), 'utf8')).toBe(text)
})

test('a manifest of 10 MB is refused at once', async () => {
  const text = `${manifest()}# ${'x'.repeat(10_000_000)}\n`
  const cwd = await shell.project({ 'q-app.toml': text, 'run.py': '' })
  expectError(await shell.run('bundle', { cwd }), 3, /q-app\.toml error .*9\.5 MiB/)
  expect(await readFile(join(cwd, 'q-app.toml'), 'utf8')).toBe(text)
})

test('a folder without a manifest', async () => {
  await mkdir(join(shell.work, 'empty'))
  for (const line of ['bundle', 'bundle --dry-run', 'bundle import', 'bundle deploy', 'exec']) {
    expectError(await shell.run(`${line} empty`), 4, /q-app\.toml[\s\S]*init/)
  }
})

test('a missing folder', async () => {
  for (const line of ['bundle', 'bundle import', 'exec'])
    expectError(await shell.run(`${line} no/where`), 4, /no[/\\]where/)
})

describe('a .qz', () => {
  const file = () => join(shell.work, 'bad.qz')
  const refused: readonly (readonly [string, () => Uint8Array])[] = [
    ['that is a tarball', () => gzipSync(Buffer.alloc(10_240))],
    ['that is empty', () => Buffer.alloc(0)],
    ['that is text', () => Buffer.from('hello '.repeat(100))]
  ]
  test.each(refused)('%s', async (_what, bytes) => {
    await writeFile(file(), bytes())
    for (const line of ['bundle inspect', 'bundle import'])
      expectError(await shell.run(`${line} bad.qz`), 3, /bad\.qz|zip/i)
    expect(await appsOf(shell)).toEqual([])
  })

  test('cut short', async () => {
    const cwd = await shell.project({ 'run.py': 'x'.repeat(10_000) })
    await shell.run('bundle --output ../whole.qz', { cwd })
    const whole = await readFile(join(shell.work, 'whole.qz'))
    await writeFile(file(), whole.subarray(0, whole.length / 2))
    for (const line of ['bundle inspect', 'bundle import'])
      expectError(await shell.run(`${line} bad.qz`), 3, /./)
    expect(await appsOf(shell)).toEqual([])
  })

  test('that does not exist', async () => {
    for (const line of ['bundle inspect', 'bundle import'])
      expectError(await shell.run(`${line} no.qz`), 4, /no\.qz/)
  })
})

const root = process.getuid?.() === 0
test.skipIf(process.platform === 'win32')(
  `a folder that cannot be read${root ? ' (asked as another user: root may read all)' : ''}`,
  async () => {
    const cwd = await shell.project({ 'run.py': '', 'data/secret.csv': '1' })
    await chmod(join(cwd, 'data'), 0o000)
    // Root can read everything, so the process runs as another user, who cannot read the folder.
    const outcome = root
      ? await (await asNobody(shell)).run('bundle --output ../x.qz', { cwd })
      : await shell.run('bundle', { cwd })
    await chmod(join(cwd, 'data'), 0o755)
    expectError(outcome, 6, /data.*permission/i)
  }
)

test('a home that cannot be made', async () => {
  const blocked = join(shell.work, 'a-file')
  await writeFile(blocked, '')
  const outcome = await shell.run('app list', { env: { Q8S_HOME: join(blocked, 'home') } })
  expect([3, 6, 7]).toContain(outcome.code)
  expectError(outcome, outcome.code ?? 0, /a-file/)
})

test('a state folder of a newer version is not touched', async () => {
  await shell.run('app list')
  const database =
    (await findFiles(shell.home)).find(path => path.endsWith('.db') || path.endsWith('.sqlite')) ?? ''
  const { default: Database } = await import('libsql')
  const opened = new Database(database)
  opened.exec('PRAGMA user_version = 99999')
  opened.close()
  const outcome = await shell.run('app list')
  expectError(outcome, 8, /newer/)
})

describe.skipIf(process.platform !== 'linux' || !root)('on a full disk (a small tmpfs; needs root)', () => {
  let mounted = ''
  async function mount(size: string) {
    mounted = join(shell.work, 'small')
    await mkdir(mounted)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', mounted])
    return mounted
  }
  afterEach(() => {
    if (mounted) execFileSync('umount', [mounted])
    mounted = ''
  })

  test('a bundle leaves no part of itself', async () => {
    const small = await mount('1m')
    const cwd = await shell.project({ 'run.py': '', 'data.bin': noise(5_000_000) })
    expectError(await shell.run(['bundle', '--output', join(small, 'x.qz')], { cwd }), 7, /disk is full/)
    expect(await readdir(small)).toEqual([])
  })

  test('an import leaves no app, and what was there stays', async () => {
    const small = await mount('12m')
    const env = { Q8S_HOME: join(small, 'home') }
    const first = await shell.project({ 'run.py': '' }, 'first')
    expect((await shell.run('bundle import', { cwd: first, env })).code).toBe(0)
    const big = await shell.project(
      { 'q-app.toml': manifest({ name: 'big' }), 'run.py': '', 'data.bin': noise(20_000_000) },
      'big'
    )
    expectError(await shell.run('bundle import', { cwd: big, env }), 7, /disk is full/)
    const list = await shell.run('app list -o json', { env })
    expect(JSON.parse(list.stdout)).toMatchObject([{ name: 'test.app' }])
    expect(
      (
        await shell.run('bundle import', {
          cwd: await shell.project({ 'q-app.toml': manifest({ version: '2.0.0' }), 'run.py': '' }, 'second'),
          env
        })
      ).code
    ).toBe(0)
  })
})

describe('a port that is taken', () => {
  let server: Server
  let port = 0
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' && address ? address.port : 0
  })
  afterEach(() => {
    server.close()
  })

  test('is replaced by another, with a notice', async () => {
    const cwd = await shell.project({ 'run.py': COUNTING(0) })
    const child = shell.start(['exec', '--port', String(port)], { cwd })
    child.stdout.resume()
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', chunk => {
      stderr += chunk
      if (stderr.includes('Navigate')) child.kill('SIGINT')
    })
    await once(child, 'close')
    expect(stderr).toMatch(new RegExp(`Note: .*${port}`))
    expect(stderr).toMatch(/Navigate to http:\/\/localhost:\d+\//)
    expect(stderr).not.toContain(`Navigate to http://localhost:${port}/`)
  })

  test('prevents the window from being served, with a clear error', async () => {
    expectError(await shell.run(`ui --no-open --port ${port}`), 5, new RegExp(`${port}`))
  })
})

test('no Python on this computer', async () => {
  const cwd = await shell.project({ 'run.py': COUNTING(0) })
  const outcome = await shell.run('bundle deploy --wait', { cwd, env: { PATH: shell.work } })
  expect(outcome.stderr).toMatch(/Python/)
  expect(outcome.code).toBe(7)
})

test('Docker was requested and is not available', async () => {
  const cwd = await shell.project({ 'run.py': COUNTING(0) })
  const env = { DOCKER_HOST: `unix://${join(shell.work, 'no.sock')}` }
  const outcome = await shell.run('exec --engine docker', { cwd, env })
  expect(outcome.stderr).toMatch(/Docker/)
  expect(outcome.code).toBe(7)
  expect(await shell.json<Instance[]>('instance list -a')).toEqual([])
})

test('invalid secrets are refused before anything is stored', async () => {
  const badName = await shell.run('secret set bad/name K=V')
  expect(badName.stderr).toMatch(/name: letters, digits/)
  const badKey = await shell.run(['secret', 'set', 'good', 'bad key=V'])
  expect(badKey.stderr).toMatch(/bad key: letters, digits/)
  expect([badName.code, badKey.code]).toEqual([3, 3])
  expect(await shell.json('secret list')).toEqual([])
  expectError(await shell.run('secret remove nothing'), 4, /nothing/)
})

async function findFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

/** Bytes that do not compress. */
function noise(length: number): Uint8Array {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes.writeUInt32LE(state, at)
  }
  return bytes
}
