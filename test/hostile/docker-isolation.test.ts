/**
 * An app in a container attacks what is not its own: environments, other apps, secrets, and the files that the host
 * reads.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DockerClient, openDocker } from '#adapters/engine-docker/asking.ts'
import { containerName, homeOf } from '#adapters/engine-docker/container.ts'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { dockerPlace } from '#adapters/engine-docker/leftovers.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { readLauncherState } from '#adapters/launcher-files.ts'
import { sizeOf } from '#adapters/platform-local/instances/details.ts'
import { readLogPage } from '#core/log/read.ts'
import type { Engine, RunSpec } from '#core/ports.ts'
import { CONTAINER_PORT } from '#shared/instance.ts'
import { dockerBase, dockerProblem } from '../real/docker-there.ts'
import {
  ask,
  createWorkbench,
  manifestText,
  untilPhase,
  WEB_APP,
  type Workbench
} from '../real/engine-support.ts'

const skipped = await dockerProblem()
if (!skipped) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })

const SECRET = 'kept-from-everybody-7d1f'

/** Tries everything that an app's code, or a package it installs, could do; `attack()` returns what it got. */
const ATTACK = `
import json, os, socket

def attempt(work):
    try:
        return work() or "done"
    except Exception as error:
        return "refused: %s" % type(error).__name__

def put(path, text="import os"):
    with open(path, "w") as file:
        file.write(text)

def reach(host, port):
    socket.create_connection((host, port), timeout=2).close()

def attack(targets):
    packages = [os.path.join(folder, "zz.pth") for folder, _, _ in os.walk("/resources-cache") if folder.endswith("site-packages")]
    root = "/resources-cache"
    trap = root + "/" + "a" * 32
    return {
        "environments": [name for name in sorted(os.listdir(root)) if os.path.isdir(root + "/" + name + "/bin")],
        "written": [attempt(lambda: put(path)) for path in packages],
        "trap": attempt(lambda: os.mkdir(trap)),
        "link": attempt(lambda: os.symlink("/dev/zero", root + "/zero")),
        "lock": attempt(lambda: os.symlink("/tmp/made", root + "/" + "b" * 32 + ".lock")),
        "note": attempt(lambda: put(root + "/" + "c" * 32 + ".json", "{}")),
        "reached": [target for target in targets if attempt(lambda: reach(*target)) == "done"],
    }
`

const EVIL_APP = `
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer
from attack import attack, attempt

def spoil():
    """Puts something else in the place of each file that the launcher and the host speak through."""
    run = "/run/q8s/"
    os.rename(run + "log", run + "old-log")
    os.symlink("/", run + "log")
    for name, make in (
        ("state.json", lambda path: os.symlink("/dev/zero", path)),
        ("docker.json", lambda path: os.mkfifo(path)),
        ("config.json", lambda path: os.symlink("/etc/passwd", path)),
        ("children", lambda path: os.mkfifo(path)),
        ("lock", lambda path: os.symlink("/tmp/lock-made-here", path)),
        ("stop", lambda path: os.mkdir(path)),
    ):
        if os.path.lexists(run + name):
            os.unlink(run + name)
        make(run + name)
    return True

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        targets = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(attack(targets))
    def do_GET(self):
        self.answer(spoil() if self.path == "/spoil" else dict(os.environ))
    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass

HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`

/** A package that attacks while it is built, and installs its findings as its own data. */
const EVIL_BUILD = `
import base64, json, os, sys, zipfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from attack import attack

def build_wheel(folder, config_settings=None, metadata_directory=None):
    found = attack(json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "targets.json"))))
    found["app"] = sorted(os.listdir("/app"))
    found["variables"] = dict(os.environ)
    found["run folder"] = os.listdir("/run/q8s")
    name = "evil-1.0-py3-none-any.whl"
    info = "evil-1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("evil_found.json", json.dumps(found))
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: evil\\nVersion: 1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "evil_found.json,,\\n%sMETADATA,,\\n%sWHEEL,,\\n%sRECORD,,\\n" % (info, info, info))
    return name
`

const SHOW_FOUND = `
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
path = [p for p in sys.path if p.endswith("site-packages")][0]
found = open(os.path.join(path, "evil_found.json"), "rb").read()
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)
    def log_message(self, *args):
        pass
HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`

describe.skipIf(skipped)(`a hostile app in a container${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let bench: Workbench
  let engine: Engine
  let docker: DockerClient
  let victim: RunSpec

  beforeAll(async () => {
    bench = await createWorkbench('isolation')
    engine = createDockerEngine({ cacheFolder: bench.cacheFolder })
    docker = (await openDocker()).docker
    const bundle = await bench.bundle({ 'q-app.toml': manifestText('web'), 'web.py': WEB_APP })
    victim = await bench.spec(bundle, { env: { DB_PASSWORD: SECRET } })
    await engine.start(victim)
    await untilPhase(victim, ['ready'])
  })
  afterAll(async () => {
    for (const id of await engine.list(bench.root)) await engine.remove(id, '')
    await bench.remove()
  })

  /** Every way to another app that a container could know. */
  async function targets(): Promise<[string, number][]> {
    const { NetworkSettings } = await docker
      .getContainer(containerName(homeOf(bench.cacheFolder), victim.instanceId))
      .inspect()
    const networks = Object.values(NetworkSettings.Networks)
    expect(networks).toHaveLength(1)
    const [{ IPAddress, Gateway } = { IPAddress: '', Gateway: '' }] = networks
    expect(IPAddress).toMatch(/^\d/)
    return [
      [IPAddress, CONTAINER_PORT],
      [containerName(homeOf(bench.cacheFolder), victim.instanceId), CONTAINER_PORT],
      [Gateway, victim.port],
      ['172.17.0.1', victim.port]
    ]
  }

  async function runs(
    files: Readonly<Record<string, string>>,
    changes: Partial<RunSpec> = {}
  ): Promise<RunSpec> {
    const bundle = await bench.bundle({ 'q-app.toml': manifestText('evil'), ...files })
    const manifest = { name: 'ai.q8s.test.evil', version: '0.0.1', module: 'evil' }
    const spec = await bench.spec(bundle, { manifest, ...changes })
    await engine.start(spec)
    await untilPhase(spec, ['ready'])
    return spec
  }

  const environmentFiles = async () =>
    (await readdir(join(bench.cacheFolder, 'container-environments'), { recursive: true })).filter(name =>
      /zz\.pth|zero|a{32}|b{32}|c{32}/.test(name)
    )

  test('reaches neither environments nor other apps while it runs', async () => {
    const spec = await runs({ 'evil.py': EVIL_APP, 'attack.py': ATTACK })
    const answer = await fetch(`http://127.0.0.1:${spec.port}/`, {
      method: 'POST',
      body: JSON.stringify(await targets())
    })
    const found = (await answer.json()) as Record<string, unknown>
    expect(found.environments).toHaveLength(1)
    expect(found.written).not.toContain('done')
    expect(found).toMatchObject({
      trap: 'refused: OSError',
      link: 'refused: OSError',
      lock: 'refused: OSError',
      note: 'refused: OSError',
      reached: []
    })
    expect(await environmentFiles()).toEqual([])
    expect(await ask(victim)).toBe('hello from the app')
    await engine.remove(spec.instanceId, spec.runFolder)
  })

  test('reaches no more while its requirements are built, and sees no secret of the app', async () => {
    const spec = await runs(
      {
        'evil.py': SHOW_FOUND,
        'requirements.txt': './package\n',
        'pip.py': 'raise SystemExit("code of the bundle ran")\n',
        'pyproject.toml': '[tool.uv]\nindex-url = "http://127.0.0.1:9/"\n',
        'package/pyproject.toml':
          '[build-system]\nrequires = []\nbuild-backend = "build"\nbackend-path = ["."]\n[project]\nname = "evil"\nversion = "1.0"\n',
        'package/build.py': EVIL_BUILD,
        'package/attack.py': ATTACK,
        'package/targets.json': JSON.stringify(await targets())
      },
      { env: { DB_PASSWORD: SECRET } }
    )
    const found = (await ask(spec)) as Record<string, unknown>
    expect(found.environments).toHaveLength(1)
    expect(found).toMatchObject({ reached: [], 'run folder': [] })
    // Only what the environment's key covers: another bundle with the same requirements gets the same environment.
    expect(found.app).toEqual(['package', 'requirements.txt'])
    expect(JSON.stringify(found.variables)).not.toContain(SECRET)
    expect(await ask(victim)).toBe('hello from the app')
    await engine.remove(spec.instanceId, spec.runFolder)
    // Its own folder holds one environment of its own, or garbage; it completed no other.
    const notes = await readdir(join(bench.cacheFolder, 'container-environments'))
    expect(notes.filter(name => name.endsWith('.json'))).toHaveLength(2)
    expect(notes).not.toContain(`${'c'.repeat(32)}.json`)
  })

  test('its changes to its run folder do not mislead the host; it is stopped, cleaned up, removed', async () => {
    const spec = await runs({ 'evil.py': EVIL_APP, 'attack.py': ATTACK })
    expect(await ask(spec, '/spoil')).toBe(true)
    // No state, or the state that the launcher has since written in place of the link.
    expect([undefined, 'ready']).toContain((await readLauncherState(spec.runFolder))?.phase)
    expect(await engine.status(spec.instanceId, spec.runFolder)).toMatchObject({ kind: 'running' })
    const page = { waitMs: 0, maxBytes: 1 << 20 }
    expect((await readLogPage(spec.runFolder, page, async () => true)).lines).toEqual([])
    expect(await sizeOf(join(spec.runFolder, 'log'))).toBe(0)
    await engine.stop(spec.instanceId, spec.runFolder, 5)
    expect(await engine.status(spec.instanceId, spec.runFolder)).toMatchObject({ kind: 'exited' })
    const place = dockerPlace({
      cacheFolder: bench.cacheFolder,
      recorded: async () => new Set<string>(),
      isUsed: async () => true
    })
    expect((await place.list()).filter(({ kind }) => kind === 'container')).toHaveLength(1)
    // It starts again, because the launcher and the host replace their own files.
    await engine.start(spec)
    await untilPhase(spec, ['ready'])
    await engine.remove(spec.instanceId, spec.runFolder)
    expect(await engine.list(bench.root)).toEqual([victim.instanceId])
  })

  test('Docker keeps no secret of an app, while it runs and after it has ended', async () => {
    const { Id } = await docker
      .getContainer(containerName(homeOf(bench.cacheFolder), victim.instanceId))
      .inspect()
    const kept = async () => {
      const { DockerRootDir } = await docker.info()
      const file = join(DockerRootDir ?? '', 'containers', Id, 'config.v2.json')
      const raw = await readFile(file, 'utf8').catch(() => '')
      return raw + JSON.stringify(await docker.getContainer(Id).inspect())
    }
    expect(await kept()).not.toContain(SECRET)
    expect(await ask(victim, '/env')).toMatchObject({ DB_PASSWORD: SECRET })
    await engine.stop(victim.instanceId, victim.runFolder, 5)
    expect(await kept()).not.toContain(SECRET)
    expect(await kept()).toContain(victim.instanceId)
  })
})
