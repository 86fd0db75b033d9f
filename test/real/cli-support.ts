/** Runs the built q8s-cli as a user's shell does: as a process, in a home of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { App } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'

export const ROOT = join(import.meta.dirname, '..', '..')
export const ENTRY = join(ROOT, 'out', 'main', 'q8s-cli.js')

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** User to run as; needs root. */
  readonly uid?: number
  readonly cwd?: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface Shell {
  /** Q8S_HOME of its processes. */
  readonly home: string
  /** A folder for projects. */
  readonly work: string
  start(args: readonly string[], options?: RunOptions): ChildProcessWithoutNullStreams
  run(line: string | readonly string[], options?: RunOptions): Promise<Finished>
  /** Like `run` with -o json, but returns the document; throws with its stderr on failure. */
  json<T>(line: string, options?: RunOptions): Promise<T>
  /** A project of these files; adds a manifest if none is among them. */
  project(files: Readonly<Record<string, string | Uint8Array>>, name?: string): Promise<string>
  sample(name: string): Promise<string>
  /** Ends and removes all it started. */
  close(): Promise<void>
}

/** Uses the process engine, which every computer with Python has. */
export async function openShell(): Promise<Shell> {
  if (!existsSync(ENTRY)) throw new Error('The CLI is not built: run `npm run build` first.')
  const folder = await mkdtemp(join(tmpdir(), 'q8s-cli-real-'))
  const [home, work] = [join(folder, 'home'), join(folder, 'work')]
  await mkdir(work)

  function start(args: readonly string[], { cwd = work, env = {}, uid }: RunOptions = {}) {
    return spawn(process.execPath, [ENTRY, ...args], {
      cwd,
      ...(uid === undefined ? {} : { uid, gid: uid }),
      env: { ...process.env, NO_COLOR: '1', Q8S_HOME: home, ...env }
    })
  }

  async function run(line: string | readonly string[], options: RunOptions = {}): Promise<Finished> {
    const child = start(typeof line === 'string' ? line.split(' ') : line, options)
    child.stdin.end(options.stdin ?? '')
    return finished(child)
  }

  const shell: Shell = {
    home,
    work,
    start,
    run,
    async json<T>(line: string, options?: RunOptions) {
      const { code, stdout, stderr } = await run(`${line} -o json`, options)
      if (code !== 0) throw new Error(`${line}: ${stderr}`)
      return JSON.parse(stdout) as T
    },
    async project(files, name = 'app') {
      const path = join(work, name)
      const all = { 'q-app.toml': manifest(), ...files }
      for (const [file, content] of Object.entries(all)) {
        await mkdir(join(path, file, '..'), { recursive: true })
        await writeFile(join(path, file), content)
      }
      return path
    },
    async sample(name) {
      const path = join(work, name)
      await cp(join(ROOT, 'resources', 'samples', name), path, { recursive: true })
      return path
    },
    async close() {
      for (const { id } of await shell.json<Instance[]>('instance list').catch(() => [])) {
        await run(['instance', 'stop', id])
        await run(['instance', 'remove', id])
      }
      await rm(folder, { recursive: true, force: true })
    }
  }
  await run('config setup --user ada --engine process')
  return shell
}

/** The user "nobody". */
const NOBODY = 65_534

/** Runs the CLI as an unprivileged user, in a home of its own. Needs root. */
export async function asNobody({ work, run }: Shell): Promise<Pick<Shell, 'run' | 'home'>> {
  await chmod(join(work, '..'), 0o755)
  await chmod(work, 0o777)
  const home = join(work, 'nobody-home')
  await mkdir(home, { recursive: true })
  await chmod(home, 0o777)
  return {
    home,
    run: (line, options = {}) =>
      run(line, { uid: NOBODY, ...options, env: { HOME: home, Q8S_HOME: home, ...options.env } })
  }
}

/** A readable error: one line that says what happened, at least one that says what to do; no stack, empty stdout. */
export function expectError(outcome: Finished, code: number, words: RegExp) {
  expect(outcome.stderr).toMatch(words)
  expect(outcome.stderr).toMatch(/^q8s-cli: .+/m)
  expect(outcome.stderr.split('\n').filter(line => line.startsWith('  ')).length).toBeGreaterThan(0)
  expect(outcome.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m)
  expect(outcome).toMatchObject({ code, stdout: '' })
}

/** The output of a process, once it has ended and its streams have closed. */
export async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

export function manifest(
  change: { name?: string; version?: string; module?: string; more?: string } = {}
): string {
  const { name = 'test.app', version = '1.0.0', module = 'run', more = '' } = change
  return `[App]\nName = "${name}"\nVersion = "${version}"\nTitle = "Test"\n\n[Runtime]\nModule = "${module}"\n${more}`
}

/** A web app that prints `count` numbered lines and then serves. */
export const COUNTING = (count: number) => `
import http.server, os, sys
for number in range(${count}):
    sys.stdout.write(f"line {number}\\n")
sys.stdout.flush()
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler).serve_forever()
`

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

export async function appsOf(shell: Shell): Promise<App[]> {
  return shell.json<App[]>('app list -a')
}
