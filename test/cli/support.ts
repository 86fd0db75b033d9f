/** The environment of q8s-cli in tests: captured streams, a fixed clock, a client with only the calls a test needs. */
import { PassThrough, Writable } from 'node:stream'
import type { HomeCopies } from '#core/ports.ts'
import { type Host, run, type World } from '#main/cli/run.ts'
import type { App } from '#shared/app.ts'
import type { Client } from '#shared/contract.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'

export const NOW = new Date('2020-10-13T12:00:00Z')

/** Nested parts of the client; a missing part fails the test that calls it. */
export type Part<T> = { [K in keyof T]?: T[K] extends (...given: never[]) => unknown ? unknown : Part<T[K]> }

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Setting {
  readonly client?: Part<Client>
  readonly copies?: Partial<HomeCopies>
  readonly world?: Partial<World>
  readonly stdin?: string
}

export function asHost(client: Part<Client>, copies: Partial<HomeCopies> = {}): Host {
  return { client: () => client as Client, copies: copies as HomeCopies, close: async () => {} }
}

/** A stream that records what is written to it. */
export function sink(terminal = false): Writable & { text(): string; readonly isTTY: boolean } {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    }
  })
  return Object.assign(stream, { text: () => text, isTTY: terminal })
}

/** Runs a command line, split at spaces like a shell does. */
export async function cli(line: string | readonly string[], setting: Setting = {}): Promise<Outcome> {
  const argv = typeof line === 'string' ? line.split(' ').filter(word => word !== '') : line
  const [stdout, stderr] = [sink(), sink()]
  const stdin = new PassThrough()
  stdin.end(setting.stdin ?? '')
  const code = await run(argv, {
    cwd: '/project',
    env: {},
    stdin,
    stdout,
    stderr,
    signal: new AbortController().signal,
    now: () => NOW,
    createHost: async () => asHost(setting.client ?? {}, setting.copies),
    ...setting.world
  })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

export function app(change: Partial<App> = {}): App {
  return {
    id: 'bcd54321-1111-4111-8111-0123456789ab',
    name: 'ai.h2o.q.peak',
    version: '0.1.2',
    title: 'Q Peak',
    description: 'Forecast of COVID-19 spread',
    category: 'Healthcare',
    keywords: [],
    owner: 'user1@h2o.ai',
    visibility: 'ALL_USERS',
    createdAt: '2020-10-13T06:28:03.050226Z',
    updatedAt: '2020-10-13T06:28:03.050226Z',
    bundle: { sha256: 'a'.repeat(64), size: 4096, location: 'ai.h2o.q.peak.0.1.2.qz' },
    iconLocation: 'ai.h2o.q.peak.0.1.2/icon.jpg',
    ephemeral: false,
    ...change
  }
}

export function instance(change: Partial<Instance> = {}): Instance {
  const { id, name, version, title } = app()
  return {
    id: '22222222-3333-4444-8555-666666666666',
    app: { id, name, version, title },
    owner: 'user1@h2o.ai',
    visibility: 'PRIVATE',
    state: 'ready',
    url: 'http://localhost:55555/',
    createdAt: '2020-10-13T06:28:03.050226Z',
    restarts: 0,
    memory: {},
    ephemeral: false,
    notices: [],
    ...change
  }
}

export const JOB_ID = '99999999-9999-4999-8999-999999999999'

export function job(change: Partial<Job> = {}): Job {
  return {
    id: JOB_ID,
    kind: 'import',
    subject: { code: 'name', name: 'Q Peak' },
    state: 'running',
    stage: { code: 'bundling' },
    stages: [],
    startedAt: '2020-10-13T06:28:03Z',
    log: [],
    ...change
  }
}

/** `jobs.watch` that yields these snapshots. */
export function watching(...snapshots: readonly Job[]) {
  return async () =>
    (async function* () {
      yield* snapshots
    })()
}
