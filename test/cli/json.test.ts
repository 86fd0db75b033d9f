/** With -o json stdout is one JSON document for every command, in success and in failure; all else is on stderr. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { HomeCopies } from '#core/ports.ts'
import { COMMANDS } from '#main/cli/commands.ts'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { app, cli, instance, JOB_ID, job, type Part, watching } from './support.ts'

vi.mock('#hosts/browser/serve.ts', () => ({
  serveBrowserHost: async () => ({ url: 'http://127.0.0.1:1/#x', closed: Promise.resolve() })
}))

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-json-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const project = {
  ...{ path: '/project', title: 'T', name: 'n', version: '1.0.0', openedAt: '' },
  ...{ exists: true, pinned: false }
}
const settings = { engine: 'auto', docker: 'auto', user: 'ada', profile: 'local', sizeBudget: 0 }
const secret = { name: 's', keys: ['K'], updatedAt: '2020-10-13T06:28:03Z' }
const line = { time: '2020-10-13T06:28:03Z', stream: 'stdout', text: 'hello "you"\x1b[0m' }
const instances = async () => [instance()]

const wholeCopies: HomeCopies = {
  backup: async file => ({ file, files: 1, bytes: 9, key: 'none', volumes: false, skippedLinks: 0 }),
  restore: async () => ({ createdAt: '2020-10-13T06:28:03Z', volumes: false, key: 'none', aside: [] })
}

/** A client with a prepared answer for every call. */
const whole: Part<Client> = {
  platform: {
    apps: {
      list: async () => [app()],
      get: async () => app(),
      update: async () => app(),
      remove: async () => {}
    },
    instances: {
      list: instances,
      get: async () => instance({ state: 'stopped' }),
      run: async () => instance(),
      update: async () => instance(),
      stop: async () => instance({ state: 'stopped' }),
      start: async () => instance(),
      remove: async () => {},
      readLog: async ({ cursor }: { cursor?: string }) =>
        cursor ? { lines: [], next: 'b', end: true } : { lines: [line, line], next: 'a', dropped: 3 }
    },
    files: {
      list: async () => ({ entries: [{ name: 'a.txt', kind: 'file', size: 3 }], more: true }),
      open: async () => ({ fileId: JOB_ID, name: 'a.txt', size: 3 }),
      read: async () => ({ data: new Blob(['abc']), end: true }),
      close: async () => {}
    },
    info: async () => ({ kind: 'local', user: 'ada', capabilities: [], notices: [] }),
    secrets: { list: async () => [secret], set: async () => secret, remove: async () => {} }
  },
  projects: {
    manifest: async () => ({
      file: 'q-app.toml',
      text: '',
      revision: 'r',
      findings: [],
      manifest: { App: { Name: 'n', Version: '0.1.2' }, Runtime: { Module: 'm' }, Env: [] }
    }),
    requirements: async () => ({ missing: [], unsure: [], count: 1, pinned: 1 }),
    init: async () => project,
    detect: async () => ({ name: 'n', title: 'T', evidence: [] }),
    bundle: async () => ({ jobId: JOB_ID }),
    publish: async () => ({ jobId: JOB_ID }),
    run: async () => ({ jobId: JOB_ID }),
    buildRuntime: async () => ({ jobId: JOB_ID }),
    saveRuntime: async () => ({ jobId: JOB_ID }),
    loadRuntime: async () => ({ jobId: JOB_ID }),
    files: async () => ({
      entries: [{ path: 'a.py', size: 3, included: true, reason: { code: 'part-of-project' } }],
      findings: [{ rule: 'r', severity: 'warning', message: 'No icon.' }],
      count: 1,
      size: 3
    }),
    inspect: async () => ({ sha256: 'a'.repeat(64), size: 3, findings: [], entries: [] })
  },
  preview: {
    compare: async () => ({ app: { id: app().id, name: 'n', version: '1.0.0' }, changes: [], unchanged: 2 })
  },
  upkeep: {
    instances: async () => ({ jobId: JOB_ID }),
    cleanUpPlan: async () => ({ apps: [], instances: [], users: {} }),
    leftovers: async () => ({ leftovers: [], unknown: [] }),
    removeApps: async () => ({ jobId: JOB_ID }),
    cleanUp: async () => ({ jobId: JOB_ID })
  },
  jobs: {
    history: async () => [],
    watch: watching(
      job(),
      job({
        state: 'done',
        result: { appId: app().id, instanceId: instance().id, file: import.meta.filename, sha256: 'ab' }
      })
    )
  },
  publishing: { setVersion: async ({ to }: { to: string }) => ({ version: to }) },
  system: {
    settings: async () => settings,
    saveSettings: async () => settings,
    checks: async () => [],
    dockers: async () => [
      { address: 'auto', name: 'Automatic', answers: false, message: 'Not there.', chosen: true }
    ],
    prepareSupport: async () => ({ id: JOB_ID, files: [] })
  }
}

/** One way to call each command; a command that is missing here fails the test below. */
const lines: Readonly<Record<string, string>> = {
  init: 'init --yes',
  bump: 'bump',
  requirements: 'requirements',
  exec: 'exec',
  jobs: 'jobs',
  ui: 'ui --no-open',
  doctor: 'doctor',
  support: 'support --dry-run',
  backup: 'backup q8s.backup',
  restore: 'restore q8s.backup',
  'config setup': 'config setup --user ada',
  'config docker': 'config docker',
  'config show': 'config show',
  'app list': 'app list',
  'app run': 'app run bcd',
  'app update': 'app update bcd -v PRIVATE',
  'app remove': 'app remove bcd',
  'app cleanup': 'app cleanup --dry-run',
  bundle: 'bundle',
  'bundle inspect': 'bundle inspect a.qz',
  'bundle diff': 'bundle diff bcd',
  'bundle import': 'bundle import',
  'bundle deploy': 'bundle deploy',
  'instance list': 'instance list',
  'instance files': 'instance files 222 app',
  'instance copy': 'instance copy 222 app/a.txt --force',
  'instance logs': 'instance logs 222',
  'instance update': 'instance update 222 -v PRIVATE',
  'instance stop': 'instance stop 222',
  'instance start': 'instance start 222',
  'instance restart': 'instance restart 222',
  'instance remove': 'instance remove 222',
  'secret list': 'secret list',
  'secret set': 'secret set s K=V',
  'secret remove': 'secret remove s',
  'runtime build': 'runtime build',
  'runtime save': 'runtime save',
  'runtime load': 'runtime load a.tar',
  completion: 'completion bash'
}

/** Commands that do not use a platform cannot fail because of one. */
const WITHOUT_CLIENT = ['ui', 'completion']

// A shell is interactive and refuses -o json.
const documents = Object.keys(COMMANDS).filter(words => words !== 'instance shell')

describe.each(documents)('%s -o json', words => {
  const call = (client: Part<Client>, more = '') => {
    const copies = client === failing ? (failing as Partial<HomeCopies>) : wholeCopies
    return cli(`${lines[words]} -o json${more}`, { client, copies, world: { cwd: folder } })
  }

  test('prints one document', async () => {
    const { code, stdout, stderr } = await call(whole)
    expect(() => JSON.parse(stdout), stdout).not.toThrow()
    expect(code, stderr).toBe(0)
  })

  test('prints the same document when quiet, and on stderr only what was lost', async () => {
    const { stdout, stderr } = await call(whole, ' -q')
    expect(JSON.parse(stdout)).toEqual(JSON.parse((await call(whole)).stdout))
    if (words !== 'instance logs' && words !== 'exec') expect(stderr).toBe('')
  })

  if (WITHOUT_CLIENT.includes(words)) return
  test('prints the error as one document', async () => {
    const { code, stdout, stderr } = await call(failing)
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'UNAVAILABLE', message: 'Not now.', hint: 'Later.' }
    })
    expect(stderr).toContain('q8s-cli: Not now.\n  Later.\n')
    expect(code).toBe(7)
  })
})

/** A client whose calls all fail with the same error. */
const failing = new Proxy({} as Part<Client>, {
  get(_target, name): unknown {
    if (name === 'then') return undefined
    const fail = () => Promise.reject(new AppError('UNAVAILABLE', 'Not now.', 'Later.'))
    return new Proxy(fail, { get: (_function, inner) => (failing as Record<PropertyKey, unknown>)[inner] })
  }
})

test('a log that breaks off is still one document, with the error in it', async () => {
  let calls = 0
  const readLog = async () => {
    calls += 1
    if (calls === 2) throw new AppError('INTERNAL', 'Lost it.')
    return { lines: [line], next: 'a' }
  }
  const client = { platform: { instances: { list: instances, readLog } } }
  const { code, stdout } = await cli('instance logs 222 -o json', { client })
  expect(JSON.parse(stdout)).toEqual({
    lines: [line],
    dropped: 0,
    error: { code: 'INTERNAL', message: 'Lost it.' }
  })
  expect(code).toBe(1)
})

test('Ctrl-C ends a followed log with a complete document', async () => {
  const interrupt = new AbortController()
  const readLog = async ({ cursor }: { cursor?: string }, { signal }: { signal: AbortSignal }) => {
    if (cursor === undefined) return { lines: [line], next: 'a' }
    interrupt.abort()
    throw signal.reason
  }
  const { code, stdout, stderr } = await cli('instance logs 222 -f -o json', {
    client: { platform: { instances: { list: instances, readLog } } },
    world: { signal: interrupt.signal }
  })
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({ lines: [line], dropped: 0 })
})
