/**
 * A computer that misbehaves, through the built CLI: each a clear error with what to do, nothing lost, nothing half
 * done.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import type { App } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import { appsOf, asNobody, COUNTING, expectError, manifest, openShell, type Shell } from './cli-support.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'
import { cuttableProxy, type SocketProxy } from './socket-proxy.ts'

let shell: Shell
beforeEach(async () => {
  shell = await openShell()
})
afterEach(() => shell.close())

const isRoot = process.getuid?.() === 0
const needsRoot = isRoot ? '' : ' (skipped: only root may run it as another user)'

describe.skipIf(!isRoot)(`a Docker socket without permission${needsRoot}`, () => {
  test('is reported with the way to get it; by default the app runs as a process', async () => {
    const socket = join(shell.work, 'docker.sock')
    const server = createServer().listen(socket)
    await once(server, 'listening')
    await chmod(socket, 0o600)
    const nobody = await asNobody(shell)
    const cwd = await shell.project({ 'run.py': COUNTING(0) })
    const env = { DOCKER_HOST: `unix://${socket}` }
    const refused = await nobody.run('exec --engine docker', { cwd, env })
    expect(refused.stderr).toMatch(/you may not use it: permission denied at unix:/)
    expect(refused.stderr).toMatch(/^ {2}.*usermod -aG docker/m)
    expect(refused).toMatchObject({ code: 7, stdout: '' })
    expect(JSON.parse((await nobody.run('instance list -a -o json', { env })).stdout)).toEqual([])
    expect(JSON.parse((await nobody.run('app list -a -o json', { env })).stdout)).toEqual([])
    const doctor = await nobody.run('doctor', { env })
    expect(doctor.stdout).toMatch(/^notice {2}Docker: .*permission denied/m)
    server.close()
  })
})

const noDocker = await dockerProblem()
if (!noDocker) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })

describe.skipIf(noDocker)(
  `a Docker engine that stops half-way${noDocker ? ` (skipped: ${noDocker})` : ''}`,
  () => {
    let proxy: SocketProxy
    let env: Record<string, string>
    beforeEach(async () => {
      const { endpoint } = await openDocker()
      proxy = await cuttableProxy(join(shell.work, 'docker.sock'), endpoint.url.replace(/^\w+:\/\//, ''))
      env = { DOCKER_HOST: `unix://${proxy.path}` }
    })
    afterEach(async () => {
      proxy.mend()
      for (const { id } of await shell.json<Instance[]>('instance list', { env })) {
        await shell.run(['instance', 'stop', id], { env })
        await shell.run(['instance', 'remove', id], { env })
      }
      await proxy.close()
    })

    /** Containers of this home that never ran anything. */
    async function unstarted(): Promise<number> {
      const { docker } = await openDocker()
      const created = await docker.listContainers({ all: true, filters: { status: ['created'] } })
      return created.filter(({ Mounts }) => Mounts.some(({ Source }) => Source.startsWith(shell.home))).length
    }

    async function containers(id: string): Promise<number> {
      const { docker } = await openDocker()
      const filters = { label: [`ai.q8s.instance=${id}`] }
      return (await docker.listContainers({ all: true, filters })).length
    }

    test.each([
      ['asked for its image', /GET .*\/images\//],
      ['creating a container', /POST .*\/containers\/create/]
    ])('while %s', async (_when, request) => {
      const cwd = await shell.project({ 'run.py': COUNTING(0) })
      expect((await shell.run('bundle import', { cwd })).code).toBe(0)
      const [app] = await appsOf(shell)
      await shell.run('config setup --user ada --engine docker')
      proxy.cutAfter(request)
      expectError(await shell.run(['app', 'run', app?.id ?? ''], { env }), 7, /Docker/)
      expect(await appsOf(shell)).toHaveLength(1)
      proxy.mend()
      const left = await shell.json<Instance[]>('instance list -a', { env })
      expect(left).toEqual([])
      const again = await shell.run(['app', 'run', app?.id ?? '', '--wait'], { env })
      expect(again.code, again.stderr).toBe(0)
      // What the engine made without answering is noted, and the next host that stays removes it.
      const [running] = await shell.json<Instance[]>('instance list', { env })
      const host = shell.start(['instance', 'logs', '-f', running?.id ?? ''], { env })
      host.stdout.resume()
      host.stderr.resume()
      await vi.waitFor(async () => expect(await unstarted()).toBe(0), { timeout: 20_000, interval: 500 })
      host.kill('SIGTERM')
      await once(host, 'close')
    })

    test('while an app runs: it is listed, its log can be read, a stop says why not, and works later', async () => {
      const cwd = await shell.project({ 'run.py': COUNTING(50) })
      await shell.run('config setup --user ada --engine docker')
      const deployed = await shell.run('bundle deploy --wait', { cwd, env })
      expect(deployed.code, deployed.stderr).toBe(0)
      const [instance] = await shell.json<Instance[]>('instance list', { env })
      const id = instance?.id ?? ''
      proxy.cutAfter(/GET/)
      await shell.run('doctor', { env })
      const seen = await shell.json<Instance[]>('instance list', { env })
      expect(seen).toMatchObject([{ id, notices: expect.arrayContaining([expect.stringMatching(/Docker/)]) }])
      const log = await shell.run(['instance', 'logs', id], { env })
      expect(log.stdout).toContain('line 49')
      expectError(await shell.run(['instance', 'stop', id], { env }), 7, /Docker/)
      proxy.mend()
      expect((await shell.run(['instance', 'stop', id], { env })).code).toBe(0)
      expect((await shell.run(['instance', 'remove', id], { env })).code).toBe(0)
      expect(await containers(id)).toBe(0)
    })
  }
)

const keyringTool = ['dbus-run-session', 'gnome-keyring-daemon', 'dbus-send'].find(
  command => !isThere(command)
)

describe('a keyring', () => {
  const cli = (words: string) => `"$NODE" "$ENTRY" ${words}`
  /** Runs a script in a session with an unlocked keyring of its own. */
  function session(script: string): { status: number; output: string } {
    const folders = ['config', 'data', 'run'].map(name => join(shell.work, `xdg-${name}`))
    const start = `mkdir -p -m 700 ${folders.join(' ')}; echo | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1`
    const [XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_RUNTIME_DIR] = folders
    const env = {
      ...process.env,
      ...{
        XDG_CONFIG_HOME,
        XDG_DATA_HOME,
        XDG_RUNTIME_DIR,
        DISPLAY: '',
        NO_COLOR: '1',
        Q8S_HOME: shell.home
      },
      ...{ NODE: process.execPath, ENTRY: join(import.meta.dirname, '../../out/main/q8s-cli.js') }
    }
    const output = execFileSync('dbus-run-session', ['--', 'sh', '-c', `${start}; ${script}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env
    })
    return { status: 0, output }
  }
  const lock =
    'dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets ' +
    'org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null'

  test.skipIf(keyringTool)(
    `that is locked: secrets stay, new ones are not kept less safely, an app that needs one does not start${keyringTool ? ` (skipped: no ${keyringTool})` : ''}`,
    async () => {
      const env = '[[Env]]\nName = "PASSWORD"\nSecret = "mail"\nSecretKey = "password"\n'
      await shell.project({ 'q-app.toml': manifest({ more: env }), 'run.py': COUNTING(0) }, 'needs')
      const { output } = session(
        [
          cli('secret set mail password=first 2>&1'),
          lock,
          `echo "--set"; ${cli('secret set mail password=second 2>&1')}; echo "code $?"`,
          `echo "--deploy"; ${cli(`bundle deploy "${join(shell.work, 'needs')}" 2>&1`)}; echo "code $?"`,
          `echo "--list"; ${cli('secret list')}; echo "code $?"`,
          `echo "--instances"; ${cli('instance list -a -o json')}`,
          `echo "--doctor"; ${cli('doctor')}; echo "code $?"`
        ].join('\n')
      )
      const part = (name: string) => output.split(`--${name}\n`)[1]?.split('\n--')[0] ?? ''
      expect(output).not.toMatch(/^Note: .*key in a file/m)
      for (const name of ['set', 'deploy']) {
        expect(part(name)).toMatch(/q8s-cli: .*The secrets are locked: their key is in the keychain/)
        expect(part(name)).toMatch(/^ {2}Unlock the keyring/m)
        expect(part(name)).toContain('code 7')
      }
      expect(part('list')).toMatch(/mail[\s\S]*code 0/)
      expect(JSON.parse(part('instances'))).toEqual([])
      expect(part('doctor')).toMatch(/^notice {2}Keychain: .*locked/m)
      expect((await readdir(join(shell.home, 'state'))).includes('keys')).toBe(false)
    }
  )

  const linux = process.platform === 'linux'
  test.skipIf(!linux)(
    `that is absent: the key is in a file of its owner, and that is said${linux ? '' : ' (skipped: every other system has one)'}`,
    async () => {
      const env = { DBUS_SESSION_BUS_ADDRESS: undefined, DISPLAY: undefined, XDG_RUNTIME_DIR: '/nonexistent' }
      const set = await shell.run('secret set mail password=first', { env })
      expect(set.code, set.stderr).toBe(0)
      expect(set.stderr).toMatch(/^Note: Secrets are encrypted with a key in a file only you can read/m)
      expect((await shell.run('secret set mail other=x -q', { env })).stderr).toBe('')
      const { stdout, code } = await shell.run('doctor', { env })
      expect(stdout).toMatch(/^notice {2}Keychain: .*cannot be used/m)
      expect(code).toBe(0)
    }
  )
})

describe.skipIf(!isRoot)(`a read-only home${needsRoot}`, () => {
  /** All its entries, with their bytes. */
  async function digest(folder: string): Promise<string> {
    const hash = createHash('sha256')
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    for (const entry of entries.sort((a, b) =>
      join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1
    )) {
      const path = join(entry.parentPath, entry.name)
      hash.update(path)
      if (entry.isFile()) hash.update(await readFile(path))
    }
    return hash.digest('hex')
  }

  test('is reported by each command, and nothing in it changes', async () => {
    const cwd = await shell.project({ 'run.py': COUNTING(0) })
    await shell.run('bundle import', { cwd })
    const nobody = await asNobody(shell)
    execFileSync('chown', ['-R', '65534:65534', shell.home])
    execFileSync('chmod', ['-R', 'a-w', shell.home])
    const before = await digest(shell.home)
    for (const line of [
      'app list',
      'bundle import',
      'bundle deploy --wait',
      'exec',
      'secret set a K=V',
      'config setup --user ben'
    ]) {
      const outcome = await nobody.run(line, { cwd, env: { Q8S_HOME: shell.home } })
      expectError(outcome, 6, /permission denied|read-only/)
      expect(outcome.stderr, line).toMatch(/^ {2}.*(owns the folder|Q8S_HOME)/m)
      expect(await digest(shell.home), line).toBe(before)
    }
    const doctor = await nobody.run('doctor', { env: { Q8S_HOME: shell.home } })
    expect(doctor.stdout).toMatch(/^failed {2}Local platform: .*(permission denied|read-only)/m)
    expect(doctor.code).toBe(7)
    expect(await appsOf(shell)).toHaveLength(1)
  })
})

describe('a clock that was set back', () => {
  const shifted = pathToFileURL(join(import.meta.dirname, '../fixtures/shifted-clock.mjs')).href
  const at = (time: string) => ({ TEST_CLOCK: time, NODE_OPTIONS: `--import=${shifted}` })

  test('deploys stay unique and in order, records of the future stay usable, and a notice says so', async () => {
    const cwd = await shell.project({ 'run.py': COUNTING(3) })
    const deploy = async (time: string) => {
      const { code, stdout, stderr } = await shell.run('bundle deploy -o json', { cwd, env: at(time) })
      expect(code, stderr).toBe(0)
      return JSON.parse(stdout) as { app: App; instance: Instance }
    }
    const made = []
    for (const time of ['2031-05-05T10:00:00Z', '2021-01-01T00:00:00Z', '2021-01-01T00:00:00Z'])
      made.push((await deploy(time)).app.version)
    expect(made).toEqual(['1.0.0-20310505100000', '1.0.0-20310505100001', '1.0.0-20310505100002'])

    const env = at('2021-01-01T00:00:00Z')
    const listed = await shell.json<App[]>('app list', { env })
    expect(listed.map(app => app.version)).toEqual([...made].reverse())
    expect((await shell.run('instance list', { env })).stdout).toMatch(/\b0s\b/)
    const [first] = await shell.json<Instance[]>('instance list', { env })
    const log = await shell.run(['instance', 'logs', first?.id ?? ''], { env })
    expect(log.code, log.stderr).toBe(0)
    const doctor = await shell.run('doctor', { env })
    expect(doctor.stdout).toMatch(/^notice {2}Clock: The clock was set back: it is 2021-01-01 [\d:]{8} UTC,/m)
    for (const { id } of await shell.json<Instance[]>('instance list', { env })) {
      expect((await shell.run(['instance', 'stop', id], { env })).code).toBe(0)
      expect((await shell.run(['instance', 'remove', id], { env })).code).toBe(0)
    }
    const removed = await shell.run(['app', 'remove', listed[0]?.id ?? ''], { env })
    expect(removed.code, removed.stderr).toBe(0)
    expect(await appsOf(shell)).toHaveLength(2)
  })
})

const linuxRoot = process.platform === 'linux' && isRoot

describe.skipIf(!linuxRoot)(
  `a full disk${linuxRoot ? '' : ' (skipped: only root may mount a small one)'}`,
  () => {
    let small = ''
    beforeEach(async () => {
      small = join(shell.work, 'small')
      await mkdir(small)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', small])
    })
    afterEach(() => execFileSync('umount', ['-l', small]))

    test('secrets, settings and runs that do not fit leave what was there', async () => {
      const env = { Q8S_HOME: join(small, 'home') }
      const cwd = await shell.project({ 'run.py': COUNTING(0), 'requirements.txt': '' })
      await shell.run('config setup --user ada --engine process', { env })
      await shell.run('secret set mail a=first', { env })
      execFileSync('sh', ['-c', `dd if=/dev/zero of="${join(small, 'ballast')}" bs=64k 2>/dev/null || true`])
      const big = join(shell.work, 'big')
      await writeFile(big, 'x'.repeat(1_000_000))
      expectError(await shell.run(`secret set mail a=@${big}`, { env }), 7, /disk is full|free space/)
      expectError(await shell.run('config setup --user ben', { env }), 7, /disk is full/)
      const run = await shell.run('exec', { cwd, env })
      expect(run.stderr).toMatch(/disk is full|free space/)
      expect(run.code).toBe(7)
      const doctor = await shell.run('doctor', { env })
      expect(doctor.stdout).toMatch(/^failed {2}Disk space: The disk is full/m)
      expect(doctor.code).toBe(7)
      execFileSync('rm', [join(small, 'ballast')])
      expect(await shell.json('secret list', { env })).toMatchObject([{ name: 'mail', keys: ['a'] }])
      expect(await shell.json('config show', { env })).toMatchObject({ settings: { user: 'ada' } })
      expect(await shell.json('instance list -a', { env })).toEqual([])
      expect(await shell.json('app list -a', { env })).toEqual([])
    })
  }
)

function isThere(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
