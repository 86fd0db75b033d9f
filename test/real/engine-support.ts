/** Shared parts of engine tests: a web app that acts on request, its bundle, and checks of what a run left. */
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { ZipArchive } from 'archiver'
import { vi } from 'vitest'
import { readLauncherState } from '#adapters/launcher-files.ts'
import type { LauncherState } from '#core/platform/run-folder.ts'
import type { Engine, RunSpec } from '#core/ports.ts'

/** A plain Python web app that uses the standard library only. */
export const WEB_APP = `
import json, os, signal, subprocess, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

if os.environ.get("STUBBORN"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlparse(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        answer = getattr(self, "answer_" + url.path.strip("/"), self.answer_hello)(query)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_hello(self, query):
        return "hello from the app"

    def answer_env(self, query):
        return dict(os.environ)

    def answer_say(self, query):
        print(query["text"])
        return True

    def answer_count(self, query):
        path = os.path.join(query["folder"], "count")
        count = int(open(path).read()) if os.path.exists(path) else 0
        with open(path, "w") as file:
            file.write(str(count + 1))
        return count + 1

    def answer_child(self, query):
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True).pid

    def answer_burn(self, query):
        while time.process_time() < 0.6:
            pass
        return True

    def answer_eat(self, query):
        def eat():
            kept = []
            while True:
                kept.append(bytearray(os.urandom(1 << 20)))
        threading.Thread(target=eat, daemon=True).start()
        return True

    def log_message(self, *args):
        pass

ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`

export interface Bundle {
  readonly path: string
  readonly fileName: string
  readonly sha256: string
}

async function writeBundle(folder: string, files: Readonly<Record<string, string>>): Promise<Bundle> {
  const path = join(folder, `${randomUUID()}.qz`)
  const archive = new ZipArchive({ zlib: { level: 1 } })
  const output = createWriteStream(path)
  archive.pipe(output)
  for (const [name, content] of Object.entries(files)) archive.append(content, { name })
  await archive.finalize()
  await finished(output)
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  return { path, fileName: 'ai.q8s.test.web.0.0.1.qz', sha256 }
}

export function manifestText(module: string, runtime = ''): string {
  return `[App]\nName = "ai.q8s.test.web"\nVersion = "0.0.1"\n[Runtime]\nModule = "${module}"\n${runtime}`
}

/** Folders of one test, which `remove` deletes. The test must end instances that still run there. */
export async function createWorkbench(name: string) {
  const root = await mkdtemp(join(tmpdir(), `q8s-${name}-`))
  const bundles = join(root, 'bundles')
  await mkdir(bundles)
  return {
    root,
    cacheFolder: join(root, 'cache'),
    bundle: (files: Readonly<Record<string, string>>) => writeBundle(bundles, files),
    async spec(bundle: Bundle, changes: Partial<RunSpec> = {}): Promise<RunSpec> {
      const instanceId = randomUUID()
      const runFolder = join(root, 'instances', instanceId)
      await mkdir(runFolder, { recursive: true })
      return {
        instanceId,
        runFolder,
        bundle,
        manifest: { name: 'ai.q8s.test.web', version: '0.0.1', module: 'web' },
        env: {},
        port: await freePort(),
        log: { segmentBytes: 1 << 20, totalBytes: 8 << 20 },
        ...changes
      }
    },
    remove: () => rm(root, { recursive: true, force: true })
  }
}
export type Workbench = Awaited<ReturnType<typeof createWorkbench>>

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until the launcher is in one of these phases; fails at once, with its reason, if it ended in another one. */
export async function untilPhase(
  spec: RunSpec,
  phases: readonly LauncherState['phase'][],
  seconds = 120
): Promise<LauncherState> {
  let ended: LauncherState | undefined
  const reached = await vi.waitFor(
    async () => {
      const state = await readLauncherState(spec.runFolder)
      if (state && phases.includes(state.phase)) return state
      if (state?.phase === 'ended') {
        ended = state
        return undefined
      }
      throw new Error(`the launcher is at ${JSON.stringify(state)}`)
    },
    { timeout: seconds * 1000, interval: 50 }
  )
  if (reached) return reached
  throw new Error(`the run ended: ${JSON.stringify(ended)}\n${await readLog(spec)}`)
}

/** Waits until the engine sees no process of the instance. */
export async function untilEnded(engine: Engine, spec: RunSpec, seconds = 60) {
  return vi.waitFor(
    async () => {
      const status = await engine.status(spec.instanceId, spec.runFolder)
      if (status.kind === 'running') throw new Error('it is still running')
      return status
    },
    { timeout: seconds * 1000, interval: 50 }
  )
}

/** The whole log, as it is on disk now. */
export async function readLog({ runFolder }: RunSpec): Promise<string> {
  const folder = join(runFolder, 'log')
  const names = (await readdir(folder).catch(() => [])).sort()
  return (await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')))).join('')
}

export async function ask(spec: RunSpec, path = '/'): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${spec.port}${path}`)
  return answer.json()
}

/** Running processes of this computer with a command line or working folder in that folder. Linux only. */
export async function processesIn(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const [command, place] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => '')
    ])
    const foreign = Number(pid) === process.pid
    if (!foreign && (command.includes(folder) || place.startsWith(folder))) found.push(`${pid} ${command}`)
  }
  return found
}
