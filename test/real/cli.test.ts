/** The built q8s-cli, from a folder to a running, logged, published app. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { VERSION } from '#main/version.ts'
import type { App } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import {
  appsOf,
  COUNTING,
  ENTRY,
  finished,
  freePort,
  manifest,
  openShell,
  ROOT,
  type Shell
} from './cli-support.ts'

const run = promisify(execFile)
const WINDOWS = process.platform === 'win32'

let shell: Shell
beforeEach(async () => {
  shell = await openShell()
})
afterEach(() => shell.close())

test('npx q8s-cli works in the checkout, offline', async () => {
  const { stdout } = await run('npx', ['--offline', 'q8s-cli', '--version'], { cwd: ROOT, shell: WINDOWS })
  expect(stdout).toBe(`${VERSION}\n`)
})

test('from the sample to a running, logged, published app', async () => {
  expect((await shell.run('init hello --sample --yes')).code).toBe(0)
  const cwd = join(shell.work, 'hello')

  const bundle = await shell.json<{ file: string; sha256: string }>('bundle', { cwd })
  expect(await readdir(cwd)).toContain('hello.1.0.0.qz')
  const listing = await shell.json<{ sha256: string; entries: { path: string }[] }>(
    `bundle inspect ${bundle.file}`
  )
  expect(listing.sha256).toBe(bundle.sha256)
  expect(listing.entries.map(entry => entry.path)).toContain('q-app.toml')
  expect(listing.entries.map(entry => entry.path).filter(path => path.endsWith('.qz'))).toEqual([])

  const imported = await shell.run('bundle import -v ALL_USERS -q', { cwd })
  expect(imported.stderr).toBe('')
  expect(imported.stdout.split('\n').map(line => line.slice(0, 16).trim())).toEqual([
    'ID',
    'Title',
    'Version',
    'Category',
    'Created At',
    'Updated At',
    'Owner',
    'Visibility',
    'Bundle Location',
    'Icon Location',
    'Description',
    ''
  ])
  const app = (await appsOf(shell))[0] as App
  expect(imported.stdout).toContain(`ID              ${app.id}\n`)
  const list = await shell.run('app list -a')
  expect(list.stdout).toMatch(
    /^ID {35}TITLE {26}OWNER {12}CREATED UPDATED CATEGORY {6}VISIBILITY\n[0-9a-f-]{36} Hello 1\.0\.0 {20}ada {14}\d+s {5,6}\d+s {5,6}Other {9}ALL_USERS\n$/
  )

  const running = await shell.run(`app run ${app.id.slice(0, 8)} --wait -q`)
  expect(running.stdout).toMatch(/^ID {2}[0-9a-f-]{36}\nURL http:\/\/localhost:\d+\/\n$/)
  const [instance] = await shell.json<Instance[]>('instance list')
  const id = instance?.id ?? ''
  expect(instance?.state).toBe('ready')
  expect((await fetch(instance?.url ?? '')).status).toBe(200)

  const logs = await shell.run(`instance logs c${id.slice(0, 8)}`)
  expect(logs.stdout).toContain('"message":"starting launcher server"')
  expect(logs.stdout).toContain('"message":"app is ready"')

  expect((await shell.json<Instance>(`instance update ${id} -v ALL_USERS`)).visibility).toBe('ALL_USERS')
  const kept = await shell.run(`app remove ${app.id}`)
  expect(kept).toMatchObject({ code: 5, stdout: '' })
  expect(kept.stderr).toContain(id)

  expect((await shell.json<Instance>(`instance stop ${id}`)).state).toBe('stopped')
  expect((await shell.json<Instance>(`instance start ${id} --wait`)).state).toBe('ready')
  expect((await shell.json<Instance>(`instance stop ${id}`)).state).toBe('stopped')
  expect((await shell.run(`instance remove ${id}`)).stdout).toBe(`Removed ${id}\n`)
  expect((await shell.run(`app remove ${app.id}`)).stdout).toBe(`Removed ${app.id}\n`)
  expect(await appsOf(shell)).toEqual([])
})

test('deploy can be repeated, and never writes to the project', async () => {
  const cwd = await shell.project({ 'run.py': COUNTING(1) })
  const before = await readFile(join(cwd, 'q-app.toml'), 'utf8')
  const first = await shell.run('bundle deploy --wait -q', { cwd })
  expect(first.stdout).toMatch(
    /\nVersion {9}1\.0\.0-\d{14}\n[\s\S]*\nVisibility {6}PRIVATE\n[\s\S]*\nID {2}[0-9a-f-]{36}\nURL http/
  )
  const second = await shell.json<{ app: App; instance: Instance }>('bundle deploy --wait', { cwd })
  expect(second.instance.state).toBe('ready')
  const versions = (await appsOf(shell)).map(app => app.version)
  expect(new Set(versions).size).toBe(2)
  expect(await readFile(join(cwd, 'q-app.toml'), 'utf8')).toBe(before)
  expect((await readdir(cwd)).sort()).toEqual(['q-app.toml', 'run.py'])
})

test('exactly one of several parallel imports of a version succeeds', async () => {
  const cwd = await shell.project({ 'run.py': COUNTING(1) })
  const codes = await Promise.all(
    [1, 2, 3, 4].map(async () => (await shell.run('bundle import', { cwd })).code)
  )
  expect(codes.sort()).toEqual([0, 5, 5, 5])
  expect(await appsOf(shell)).toHaveLength(1)
})

test('an app that does not become ready ends the wait with its reason and last lines', async () => {
  const cwd = await shell.project({ 'run.py': 'print("about to break")\nimport no_such_module\n' })
  const { code, stdout, stderr } = await shell.run('bundle deploy --wait', { cwd })
  expect(code).toBe(7)
  expect(stdout).toMatch(/\nID {2}[0-9a-f-]{36}\n/)
  expect(stderr).toMatch(/q8s-cli: Test 1\.0\.0-\d+ did not become ready\. .*no_such_module/)
  expect(stderr).toContain('  | about to break\n')
  const inJson = await shell.run('bundle deploy --wait -o json', { cwd })
  expect(JSON.parse(inJson.stdout).error).toMatchObject({
    code: 'UNAVAILABLE',
    data: { lastLines: expect.any(Array) }
  })
})

describe('exec', () => {
  test('prints the log from first line to last, says where to navigate, and leaves nothing behind', async () => {
    const lastWords = `import os, signal
def stop(*_):
    print("saved, bye", flush=True)
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
print("A is", os.environ["A"])
`
    const cwd = await shell.project({ 'run.py': lastWords + COUNTING(3) })
    await writeFile(join(shell.work, 'vars.env'), 'A=from file\n')
    const port = await freePort()
    const child = shell.start(['exec', '--port', String(port), '--env-file', '../vars.env'], { cwd })
    const ended = finished(child)
    for await (const line of createInterface({ input: child.stderr })) {
      if (line.includes(`Navigate to http://localhost:${port}/`)) break
    }
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(200)
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect(stdout).toMatch(
      /"message":"configuration"[\s\S]*A is from file\nline 0\nline 1\nline 2\n[\s\S]*saved, bye\n/
    )
    expect(code).toBe(130)
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow()
    expect(await shell.json('instance list -a')).toEqual([])
    expect(await appsOf(shell)).toEqual([])
  })

  test('with --watch runs again after a change, in one log, and continues after a failed run', async () => {
    const cwd = await shell.project({ 'run.py': COUNTING(1) })
    const port = await freePort()
    const child = shell.start(['exec', '--watch', '--port', String(port)], { cwd })
    const ended = finished(child)
    const said = createInterface({ input: child.stderr })[Symbol.asyncIterator]()
    const until = async (words: string) => {
      for (let line = ''; !line.includes(words); )
        line = ((await said.next()).value as string | undefined) ?? words
    }
    await until('Navigate to')
    await writeFile(join(cwd, 'run.py'), 'raise SystemExit("broken on purpose")\n')
    await until('did not become ready')
    await writeFile(join(cwd, 'run.py'), COUNTING(2))
    await until(`Navigate to http://localhost:${port}/`)
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(200)
    expect(await shell.json('instance list')).toMatchObject([{ restarts: 2, state: 'ready' }])
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect(stdout).toMatch(/line 0\n[\s\S]*broken on purpose\n[\s\S]*line 0\nline 1\n/)
    expect(code).toBe(130)
    expect(await shell.json('instance list')).toEqual([])
  })

  test('ends when its reader goes away, and leaves nothing behind', async () => {
    const cwd = await shell.project({ 'run.py': COUNTING(100_000) })
    const child = shell.start(['exec', '--port', String(await freePort())], { cwd })
    child.stderr.resume()
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect(await shell.json('instance list -a')).toEqual([])
  })

  test('a second Ctrl-C ends it at once; its instance stays listed', async () => {
    const stubborn = `import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n${COUNTING(0)}`
    const cwd = await shell.project({ 'run.py': stubborn })
    const child = shell.start(['exec', '--port', String(await freePort())], { cwd })
    child.stdout.resume()
    const exit = once(child, 'exit')
    for await (const line of createInterface({ input: child.stderr })) {
      if (line.startsWith('Navigate') || line === 'Stopping') child.kill('SIGINT')
    }
    expect((await exit)[0]).toBe(130)
    expect(await shell.json('instance list -a')).toHaveLength(1)
  })

  test('an app that fails is reported with its reason', async () => {
    const cwd = await shell.project({ 'run.py': 'print("bye")' })
    const { code, stdout, stderr } = await shell.run('exec', { cwd })
    expect(stdout).toContain('bye\n')
    expect(stderr).toMatch(/q8s-cli: .*\n/)
    expect(code).toBe(7)
    expect(await shell.json('instance list -a')).toEqual([])
  })
})

describe('instance logs', () => {
  const LINES = 50_000
  let id = ''
  beforeEach(async () => {
    const cwd = await shell.project({ 'run.py': COUNTING(LINES) })
    id = (await shell.json<{ instance: Instance }>('bundle deploy --wait', { cwd })).instance.id
  })

  test('every line once and in order, also as one JSON document', async () => {
    const numbers = (lines: readonly string[]) =>
      lines.flatMap(line => (line.startsWith('line ') ? [Number(line.slice(5))] : []))
    const expected = Array.from({ length: LINES }, (_, number) => number)
    const { stdout } = await shell.run(`instance logs ${id}`)
    expect(numbers(stdout.split('\n'))).toEqual(expected)
    const document = await shell.json<{ lines: { text: string }[]; dropped: number }>(`instance logs ${id}`)
    expect(numbers(document.lines.map(line => line.text))).toEqual(expected)
    expect(document.dropped).toBe(0)
    const tail = await shell.run(`instance logs ${id} --tail 3`)
    expect(tail.stdout.trimEnd().split('\n')).toHaveLength(3)
  })

  test.skipIf(WINDOWS)('a closed pipe ends it quietly (checked with bash)', async () => {
    const script = `"${process.execPath}" "${ENTRY}" instance logs ${id} -f | head -n 1; echo "code \${PIPESTATUS[0]}"`
    const env = { ...process.env, Q8S_HOME: shell.home }
    const { stdout, stderr } = await run('bash', ['-c', script], { env })
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
    expect(stdout).toMatch(/code 0\n$/)
    expect(stderr).toBe('')
  })

  test('Ctrl-C ends following, even while the reader stalls', async () => {
    const child = shell.start(['instance', 'logs', id, '-f'])
    child.stdout.pause()
    await once(child.stdout, 'readable')
    child.kill('SIGINT')
    const [code] = await once(child, 'exit')
    expect(code).toBe(130)
  })

  test('following ends with the instance', async () => {
    const child = shell.start(['instance', 'logs', id, '-f', '--tail', '0'])
    const ended = finished(child)
    await shell.run(`instance stop ${id}`)
    expect((await ended).code).toBe(0)
  })
})

test('secrets come from stdin and files, reach the app, and are never shown', async () => {
  const cwd = await shell.project({
    'q-app.toml': manifest({ more: '\n[[Env]]\nName = "TOKEN"\nSecret = "s"\nSecretKey = "token"\n' }),
    'run.py': `import os; print("length", len(os.environ["TOKEN"]))\n${COUNTING(0)}`
  })
  const missing = await shell.run('bundle deploy', { cwd })
  expect(missing.code).toBe(3)
  expect(missing.stderr).toMatch(/secret/i)
  await shell.run('secret set s token=- other=x', { stdin: 'hunter2hunter2\n' })
  const list = await shell.run('secret list')
  expect(list.stdout).toMatch(/\ns +\d+s +other, token\n/)
  expect(list.stdout).not.toContain('hunter2')
  const { instance } = await shell.json<{ instance: Instance }>('bundle deploy --wait', { cwd })
  expect((await shell.run(`instance logs ${instance.id}`)).stdout).toContain('length 14\n')
  expect((await shell.run('secret remove s other')).code).toBe(0)
  expect(await shell.json('secret list')).toMatchObject([{ name: 's', keys: ['token'] }])
})

test('init finds the module of a folder with code', async () => {
  const cwd = await shell.project({ 'run.py': 'from h2o_wave import main, app\n' })
  await rm(join(cwd, 'q-app.toml'))
  const project = await shell.json<{ name: string }>('init --yes', { cwd })
  expect(project.name).toBeTruthy()
  expect(await readFile(join(cwd, 'q-app.toml'), 'utf8')).toContain('Module = "run"')
  expect((await shell.run('init --yes', { cwd })).code).toBe(5)
})

test('Ctrl-C during bundling leaves neither file nor app', async () => {
  const big = Buffer.alloc(60_000_000)
  for (let at = 0; at < big.length; at += 4) big.writeUInt32LE((at * 2_654_435_761) >>> 0, at)
  const cwd = await shell.project({ 'run.py': '', 'data.bin': big })
  const child = shell.start(['bundle', 'import'], { cwd })
  const ended = finished(child)
  for await (const line of createInterface({ input: child.stderr })) if (line === 'Bundling') break
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130, stdout: '' })
  expect(await appsOf(shell)).toEqual([])
  expect((await readdir(cwd)).sort()).toEqual(['data.bin', 'q-app.toml', 'run.py'])
})

test.skipIf(WINDOWS)('bash completes commands, options, IDs and files', async () => {
  const cwd = await shell.project({ 'run.py': COUNTING(1) })
  await shell.run('bundle import', { cwd })
  const [app] = await appsOf(shell)
  const bin = join(shell.work, 'bin')
  await mkdir(bin)
  await symlink(ENTRY, join(bin, 'q8s-cli'))
  await chmod(ENTRY, 0o755)
  const offered = async (...words: string[]) => {
    const script = `eval "$(q8s-cli completion bash)"
      COMP_WORDS=(q8s-cli "$@"); COMP_CWORD=$#; _q8s_cli; printf '%s\\n' "\${COMPREPLY[@]}"`
    const env = { ...process.env, Q8S_HOME: shell.home, PATH: `${bin}:${process.env.PATH}` }
    return (await run('bash', ['-c', script, 'bash', ...words], { env, cwd })).stdout.trim().split('\n')
  }
  expect(await offered('bun')).toEqual(['bundle'])
  expect(await offered('app', 'r')).toEqual(['run', 'remove'])
  expect(await offered('app', 'run', '')).toEqual([app?.id])
  expect(await offered('bundle', 'inspect', 'ru')).toEqual(['run.py'])
})

test('ui prints its address, serves it, and ends with Ctrl-C', async () => {
  const child = spawn(process.execPath, [ENTRY, 'ui', '--no-open'], {
    env: { ...process.env, Q8S_HOME: shell.home }
  })
  const exit = once(child, 'exit')
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  expect((await fetch(line, { redirect: 'manual' })).status).toBeLessThan(400)
  child.kill('SIGINT')
  expect((await exit)[0]).toBe(130)
})
