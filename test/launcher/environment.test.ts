/** Environments: installed from wheels in the bundle without an index, kept, shared, cleaned up, never incomplete. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { resourcePath } from '#core/host/resources.ts'
import { WHEEL, wheel } from '../wheel.ts'
import {
  cleanUp,
  end,
  exited,
  LAUNCHER,
  makeRun,
  PYTHON,
  type Run,
  temporaryFolder,
  until
} from './support.ts'

afterEach(cleanUp)

const PIP = hasPip()
const OFFLINE = { PIP_NO_INDEX: '1', UV_OFFLINE: '1', PIP_CONFIG_FILE: '/dev/null', PIP_FIND_LINKS: '' }

const SERVE = `
import os, mine
from http.server import HTTPServer, SimpleHTTPRequestHandler
print('using', mine.NAME, flush=True)
HTTPServer(('127.0.0.1', int(os.environ['PORT'])), SimpleHTTPRequestHandler).serve_forever()
`

function hasPip(): boolean {
  try {
    execFileSync(PYTHON ?? '', ['-c', 'import pip, venv'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function makeWheelRun(
  envCache: string,
  options: {
    name?: string
    requirements?: string
    requires?: string[]
    env?: Readonly<Record<string, string>>
  } = {}
) {
  return makeRun({
    bundle: {
      'run.py': SERVE,
      'requirements.txt': options.requirements ?? `./${WHEEL}\n`,
      [WHEEL]: wheel(options.name ?? 'one', options.requires)
    },
    env: { ...OFFLINE, ...options.env },
    envCache
  })
}

const REMOVED_BETWEEN = `
import json, os, sys
folder, sources = sys.argv[1:]
sys.path.insert(0, sources)
from q8s_launcher import environment
removed = []
class Tools:
    def check_stop(self): pass
class Slow(environment.FileLock):
    held = False
    def acquire(self, shared=False):
        if shared and self.held and not removed:
            self.release()
            removed.append(cache._remove(os.listdir(folder + "/cache")[0][:32]))
        taken = super().acquire(shared)
        self.held = taken and not shared
        return taken
environment.FileLock = Slow
cache = environment.EnvironmentCache(folder + "/cache", {}, None, Tools())
got = cache.obtain(folder + "/app")
whole = os.path.isfile(got.python) and os.path.isfile(got.root + "/.q8s-complete")
print(json.dumps({"removed": removed[0], "whole": whole, "held": cache._remove(os.path.basename(got.root))}))
`

/** Creates environments for two instances of one app, for each requirements.txt, and reports on them. */
const TWO_INSTANCES = `
import json, os, sys
folder, sources, *texts = sys.argv[1:]
sys.path.insert(0, sources)
from q8s_launcher import building, environment, requirements
class Tools:
    def check_stop(self): pass
building.EnvironmentBuilder._install = lambda *_: None
def made(app, text):
    app = os.path.join(folder, app)
    os.makedirs(app + "/lib", exist_ok=True)
    for name, content in (("lib/setup.py", ""), ("a-1.whl", ""), ("requirements.txt", text)):
        with open(os.path.join(app, name), "w") as file:
            file.write(content)
    local = requirements.read_requirements(app, {}).local
    root = environment.EnvironmentCache(folder + "/cache", {}, None, Tools()).obtain(app).root
    return root, [os.path.relpath(path, app) for path in local]
def both(text):
    (one, local), (two, _) = made("one", text), made("two", text)
    return {"shared": one == two, "local": local}
print(json.dumps([both(text) for text in texts]))
`

/** The cache folder passed to pip: in a container, and if the user has chosen one. */
const PIP_IN_A_CONTAINER = `
import json, os, sys
folder, sources = sys.argv[1:]
sys.path.insert(0, sources)
os.getpid = lambda: 1
os.environ["Q8S_UV"] = "off"
from q8s_launcher import building, requirements
from q8s_launcher.config import LaunchError
os.mkdir(folder + "/app")
with open(folder + "/app/requirements.txt", "w") as file:
    file.write("mine\\n")
seen = []
class Tools:
    def check_stop(self): pass
    def say(self, text): pass
    def on_percent(self, percent): pass
    def run_command(self, name, command, cwd, env, on_line):
        if name == "pip":
            seen.append(env.get("PIP_CACHE_DIR"))
        return 0, ""
for env in ({}, {"PIP_CACHE_DIR": "/chosen"}):
    env["PIP_CONFIG_FILE"] = os.devnull
    builder = building.EnvironmentBuilder(env, None, "/downloads", Tools())
    try:
        builder.build(folder + "/made", requirements.read_requirements(folder + "/app", {}), folder + "/app")
    except LaunchError:
        pass # Nothing was installed.
print(json.dumps(seen))
`

const environments = (folder: string) =>
  readdirSync(folder).filter(name => !name.startsWith('.') && statSync(join(folder, name)).isDirectory())
const wasBuilt = (run: Run) => /Successfully installed|Installed 1 package/.test(run.text())
const title = PIP ? '' : ' (skipped: no Python with pip and venv)'

describe.skipIf(!PIP)(`environments${title}`, () => {
  it('are created from a wheel in the bundle, without an index', async () => {
    const run = await makeWheelRun(temporaryFolder('environments'))
    run.start()
    await run.until('ready')
    expect(run.text()).toContain('using one')
    expect(wasBuilt(run)).toBe(true)
  })

  it('are used again for the same requirements, and rebuilt when a wheel or a line changes', async () => {
    const cache = temporaryFolder('environments')
    const built: boolean[] = []
    for (const options of [{}, {}, { name: 'two' }, { requirements: `${WHEEL}\n` }]) {
      const run = await makeWheelRun(cache, options)
      const child = run.start()
      await run.until('ready')
      built.push(wasBuilt(run))
      await end(child)
    }
    expect(built).toEqual([true, false, true, true])
    expect(environments(cache)).toHaveLength(3)
  })

  it('are built once for instances that start together', async () => {
    const cache = temporaryFolder('environments')
    const runs = await Promise.all([1, 2, 3, 4].map(() => makeWheelRun(cache)))
    for (const run of runs) run.start()
    await Promise.all(runs.map(run => run.until('ready', 60_000)))
    expect(runs.filter(wasBuilt)).toHaveLength(1)
    expect(environments(cache)).toHaveLength(1)
  })

  it('are never left incomplete by a kill', async () => {
    const cache = temporaryFolder('environments')
    for (const part of ['pyvenv.cfg', 'bin/python', 'lib']) {
      const run = await makeWheelRun(cache)
      const child = run.start()
      await until('the build is under way', () =>
        environments(cache).some(name => existsSync(join(cache, name, part)))
      )
      await end(child, 'SIGKILL')
    }
    const [half] = environments(cache)
    expect(existsSync(join(cache, half ?? '', '.q8s-complete'))).toBe(false)
    const run = await makeWheelRun(cache)
    run.start()
    await run.until('ready')
    expect(wasBuilt(run)).toBe(true)
    expect(environments(cache)).toEqual([half])
  })

  // A lock cannot change its kind in one step. Here another process cleans up between the two steps.
  it('are never returned when they were removed between building and using', () => {
    const folder = temporaryFolder('environments')
    mkdirSync(join(folder, 'app'))
    const found = execFileSync(PYTHON ?? '', ['-B', '-c', REMOVED_BETWEEN, folder, dirname(LAUNCHER)])
    expect(JSON.parse(found.toString())).toEqual({ removed: true, whole: true, held: false })
  })

  it.skipIf(!PYTHON)('are shared by instances, except for packages used in place', () => {
    const texts = ['./lib', '-e ./lib', 'a-1.whl; python_version > "3"', 'a-1.whl;python_version>"3"']
    const arguments_ = [
      '-B',
      '-c',
      TWO_INSTANCES,
      temporaryFolder('two-instances'),
      dirname(LAUNCHER),
      ...texts
    ]
    expect(JSON.parse(execFileSync(PYTHON ?? '', arguments_).toString())).toEqual([
      { shared: true, local: ['lib'] },
      { shared: false, local: ['lib'] },
      { shared: true, local: ['a-1.whl'] },
      { shared: true, local: ['a-1.whl'] }
    ])
  })

  it('keep pip’s downloads in a place that outlives the container', () => {
    const folder = temporaryFolder('pip')
    const seen = execFileSync(PYTHON ?? '', ['-B', '-c', PIP_IN_A_CONTAINER, folder, dirname(LAUNCHER)])
    expect(JSON.parse(seen.toString())).toEqual(['/downloads/.pip', '/chosen'])
  })

  // Apps in containers share the folder.
  it('with a damaged marker do not stop an app from starting, and hide no other from clean-up', async () => {
    const cache = temporaryFolder('environments')
    const spoilt = ['[]', '{"bytes":-1,"installed":7}', '{"bytes":1e999,"installed":{}}'].map(
      (text, index) => {
        const name = String(index).repeat(32)
        mkdirSync(join(cache, name))
        writeFileSync(join(cache, name, '.q8s-complete'), text)
        utimesSync(join(cache, name, '.q8s-complete'), 1, 1)
        return name
      }
    )
    const script = resourcePath('upkeep/environments.py')
    const listed = JSON.parse(execFileSync(PYTHON ?? '', ['-I', '-B', script, 'list', cache]).toString())
    expect(listed).toMatchObject([
      { name: spoilt[0], whole: false, packages: {} },
      { name: spoilt[1], whole: false, packages: {} },
      { name: spoilt[2], bytes: expect.any(Number) }
    ])
    const run = await makeWheelRun(cache)
    run.start()
    await run.until('ready')
  })

  it('are kept up to a bound, the last used first and one in use always', async () => {
    const cache = temporaryFolder('environments')
    const first = await makeWheelRun(cache)
    first.start()
    await first.until('ready')
    const [inUse = ''] = environments(cache)
    utimesSync(join(cache, inUse, '.q8s-complete'), 1, 1)
    for (let age = 1; age <= 25; age++) {
      const folder = join(cache, `old${String(age).padStart(2, '0')}`)
      mkdirSync(folder)
      writeFileSync(join(folder, '.q8s-complete'), JSON.stringify({ bytes: 10, installed: {} }))
      utimesSync(join(folder, '.q8s-complete'), 1_000_000 - age, 1_000_000 - age)
    }
    const second = await makeWheelRun(cache, { name: 'two' })
    second.start()
    await second.until('ready')
    const kept = environments(cache)
    expect(kept).toContain(inUse)
    expect(kept.filter(name => name.startsWith('old')).sort()).toEqual(
      Array.from({ length: 19 }, (_, index) => `old${String(index + 1).padStart(2, '0')}`)
    )
  })

  it('that cannot be installed end the run with the requirement named', async () => {
    const run = await makeWheelRun(temporaryFolder('environments'), {
      requires: ['not-to-be-found-anywhere>=2']
    })
    await exited(run.start())
    expect(run.state()?.exit?.code).toBe('install-failed')
    expect(run.state()?.exit?.message).toContain('not-to-be-found-anywhere')
    expect(environments(run.envCache)).toEqual([])
  })

  it('are not redirected by variables of pip', async () => {
    const elsewhere = temporaryFolder('elsewhere')
    const place = join(elsewhere, 'place')
    const led = { PIP_TARGET: place, PIP_PREFIX: place, PIP_ROOT: place, PIP_REQUIREMENT: place }
    const run = await makeWheelRun(temporaryFolder('environments'), {
      env: { ...led, PIP_DRY_RUN: '1', PIP_USER: '1', Q8S_UV: 'off' }
    })
    run.start()
    await run.until('ready', 60_000)
    expect(run.text()).toContain('using one')
    expect(run.text()).toContain(
      "ignoring the installer's setting dry-run, prefix, requirement, root, target, user"
    )
    expect(readdirSync(elsewhere)).toEqual([])
  })

  it('are not redirected by a configuration file of pip', async () => {
    const elsewhere = temporaryFolder('elsewhere')
    const file = join(elsewhere, 'pip.conf')
    writeFileSync(file, `[install]\ntarget = ${elsewhere}/place\n`)
    const run = await makeWheelRun(temporaryFolder('environments'), {
      env: { PIP_CONFIG_FILE: file, Q8S_UV: 'off' }
    })
    run.start()
    await run.until('ready', 60_000)
    expect(readdirSync(elsewhere)).toEqual(['pip.conf'])
  })

  it('in which a package is missing after the installation are not kept', async () => {
    const folder = temporaryFolder('uv')
    const uv = join(folder, 'uv')
    writeFileSync(uv, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    const run = await makeWheelRun(temporaryFolder('environments'), {
      requirements: `mine\n`,
      env: { Q8S_UV: uv }
    })
    await exited(run.start())
    expect(run.state()?.exit).toMatchObject({
      code: 'install-failed',
      message: expect.stringContaining("mine is not in the app's environment")
    })
    expect(environments(run.envCache)).toEqual([])
  })

  it('are built for the values of the variables in requirements.txt', async () => {
    const cache = temporaryFolder('environments')
    const requirements = WHEEL.replace('wheels', `\${FOLDER}`)
    for (const FOLDER of ['./wheels', 'wheels']) {
      const run = await makeWheelRun(cache, { requirements, env: { FOLDER } })
      const child = run.start()
      await run.until('ready', 60_000)
      await end(child)
    }
    expect(environments(cache)).toHaveLength(2)
    const run = await makeWheelRun(cache, { requirements, env: { FOLDER: '' } })
    await exited(run.start())
    expect(run.state()?.exit).toMatchObject({
      code: 'install-failed',
      message: 'requirements.txt uses the variable FOLDER, which is not set.'
    })
  })

  it('that cannot be created end the run, and the error names the place', async () => {
    const inTheWay = join(temporaryFolder('environments'), 'file')
    writeFileSync(inTheWay, '')
    const run = await makeWheelRun(inTheWay)
    await exited(run.start())
    expect(run.state()?.exit).toMatchObject({
      code: 'install-failed',
      message: expect.stringContaining('environment could not be made'),
      hint: expect.stringContaining(inTheWay)
    })
  })

  it('do not keep a waiting instance from being stopped', async () => {
    const run = await makeWheelRun(temporaryFolder('environments'), { requirements: `./${WHEEL}\n# slow\n` })
    const child = run.start()
    await run.until('installing')
    expect(await end(child)).toBe(0)
    expect(run.state()?.exit?.code).toBe('stopped-by-user')
    expect(
      environments(run.envCache).filter(name => existsSync(join(run.envCache, name, '.q8s-complete')))
    ).toEqual([])
  })
})
