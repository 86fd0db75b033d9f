/** Runs the launcher as an engine would: a run folder, a bundle, a process, and its output. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { resourcePath } from '#core/host/resources.ts'
import { LauncherConfig, LauncherState } from '#core/platform/run-folder.ts'
import { type LogLine, parseLogLine } from '#shared/log.ts'
import { zipOf } from './zip.ts'

export const LAUNCHER = resourcePath('runtime/launcher.py')

/** The interpreter itself, not a wrapper that chooses one; undefined if there is none. */
export const PYTHON = findPython()

/** The oldest and the newest other Python on this computer that the launcher supports. */
export const OTHER_PYTHONS = findOthers()

export interface RunOptions {
  /** The bundle: files by name, or an archive. */
  readonly bundle: Readonly<Record<string, string | Buffer>> | Buffer
  readonly module?: string
  readonly config?: Partial<LauncherConfig>
  readonly env?: Readonly<Record<string, string>>
  /** The interpreter; the default one if absent. */
  readonly python?: string
  /** Shared by runs that should share environments; a new one if absent. */
  readonly envCache?: string
}

export interface Run {
  readonly folder: string
  readonly port: number
  readonly appRoot: string
  readonly envCache: string
  start(): ChildProcess
  state(): LauncherState | undefined
  /** Waits for a phase; fails at once with the reason when the run ends in another way. */
  until(phase: LauncherState['phase'], milliseconds?: number): Promise<LauncherState>
  /** The log's lines from all segments, in order. */
  log(): LogLine[]
  text(): string
  segments(): string[]
}

const folders: string[] = []
const processes: ChildProcess[] = []

export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `q8s-${name}-`))
  folders.push(folder)
  return folder
}

export async function makeRun(options: RunOptions): Promise<Run> {
  const folder = temporaryFolder('run')
  const bundle = Buffer.isBuffer(options.bundle) ? options.bundle : zipOf(options.bundle)
  const bundlePath = join(folder, 'app.qz')
  writeFileSync(bundlePath, bundle)
  const envCache = options.envCache ?? join(folder, 'environments')
  const port = await freePort()
  const appRoot = join(folder, 'app')
  const config = LauncherConfig.parse({
    version: 1,
    instanceId: 'test',
    url: pathToFileURL(bundlePath).href,
    sha256: createHash('sha256').update(bundle).digest('hex'),
    appRoot,
    envCache,
    module: options.module ?? 'run',
    name: 'ai.h2o.q.test',
    appVersion: '1.0.0',
    host: '127.0.0.1',
    port,
    constraints: resourcePath('runtime/constraints.txt'),
    log: { segmentBytes: 4 << 20, totalBytes: 1 << 30 },
    graceSeconds: 5,
    ...options.config
  })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const env = { ...process.env, ...options.env }
  return {
    folder,
    port,
    appRoot,
    envCache,
    start: () => start(folder, env, options.python),
    ...reading(folder)
  }
}

/** Ends the processes a test started and removes its folders. */
export async function cleanUp(): Promise<void> {
  for (const child of processes.splice(0)) await end(child)
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Requests a launcher to end, and returns its exit status. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exit = once(child, 'exit')
  child.kill(signal)
  await exit
  return child.exitCode
}

export async function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

/** Waits until `check` returns a value; fails with `what` after the timeout. */
export async function until<T>(
  what: string,
  check: () => T | undefined | null | false,
  milliseconds = 20_000
): Promise<T> {
  const deadline = Date.now() + milliseconds
  for (;;) {
    const found = check()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`waited ${milliseconds} ms in vain: ${what}`)
    await delay(10)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z')
  } catch {
    return false
  }
}

function start(folder: string, env: NodeJS.ProcessEnv, python = PYTHON): ChildProcess {
  if (!python) throw new Error('no Python')
  rmSync(join(folder, 'state.json'), { force: true })
  const child = spawn(python, [LAUNCHER, folder], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr?.resume()
  processes.push(child)
  return child
}

function reading(folder: string) {
  const state = () => {
    const path = join(folder, 'state.json')
    return existsSync(path) ? LauncherState.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined
  }
  const segments = () => (existsSync(join(folder, 'log')) ? readdirSync(join(folder, 'log')).sort() : [])
  const log = () =>
    segments()
      .flatMap(name => readFileSync(join(folder, 'log', name), 'utf8').split('\n'))
      .flatMap(raw => parseLogLine(raw) ?? [])
  const text = () =>
    existsSync(join(folder, 'log'))
      ? log()
          .map(line => line.text)
          .join('\n')
      : ''
  const untilPhase = (phase: LauncherState['phase'], milliseconds?: number) =>
    until(
      `phase ${phase}`,
      () => {
        const now = state()
        if (now?.phase === 'ended' && phase !== 'ended') {
          throw new Error(`ended instead of ${phase}: ${JSON.stringify(now.exit)}\n${text().slice(-4000)}`)
        }
        return now?.phase === phase ? now : undefined
      },
      milliseconds
    )
  return { state, segments, log, text, until: untilPhase }
}

function findPython(): string | undefined {
  return ['python3', 'python'].map(programOf).find(path => path !== undefined)
}

/** Finds interpreters by name on the PATH, and in the folders of a version manager. */
function findOthers(): { readonly version: string; readonly path: string }[] {
  const kept = join(homedir(), '.pyenv', 'versions')
  const found = [8, 9, 10, 11, 12, 13, 14, 15].flatMap(minor => {
    const version = `3.${minor}`
    const folder = existsSync(kept)
      ? readdirSync(kept).find(name => name.startsWith(`${version}.`))
      : undefined
    const path = programOf(folder ? join(kept, folder, 'bin', 'python3') : `python${version}`)
    return path === undefined || path === PYTHON ? [] : [{ version, path }]
  })
  return [...new Set([found[0], found.at(-1)])].flatMap(python => python ?? [])
}

/** The program with this name, if it is Python 3.8 or newer. */
function programOf(name: string): string | undefined {
  const code = 'import sys; print(sys.executable if sys.version_info >= (3, 8) else "")'
  const { stdout } = spawnSync(name, ['-c', code], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return stdout?.trim() || undefined
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
  }
}
