/** Long work: stages on stderr, failure as the command's error, Ctrl-C as cancellation, --wait, and exec. */
import { describe, expect, test } from 'vitest'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import { app, cli, instance, JOB_ID, job, type Part, sink, watching } from './support.ts'

const line = (text: string) => ({ time: '2020-10-13T06:38:58Z', stream: 'stdout' as const, text })

function importing(...snapshots: readonly Job[]): Part<Client> {
  return {
    projects: { publish: async () => ({ jobId: JOB_ID }) },
    jobs: { watch: watching(...snapshots), cancel: async () => {} },
    platform: { apps: { get: async () => app() } }
  }
}

const done = job({ state: 'done', result: { appId: app().id } })

test('stages are plain lines if stderr is not a terminal, each once', async () => {
  const { stderr } = await cli('bundle import', {
    client: importing(job({ percent: 1 }), job({ percent: 50 }), job({ stage: { code: 'uploading' } }), done)
  })
  expect(stderr).toBe('Bundling\nUploading\n')
})

test('warnings of the checks are printed once, after the job', async () => {
  const findings = [
    {
      rule: 'r',
      severity: 'warning' as const,
      message: 'No requirements.',
      file: 'q-app.toml',
      line: 1,
      column: 1
    },
    { rule: 'i', severity: 'info' as const, message: 'No icon.' }
  ]
  const { code, stderr } = await cli('bundle import', {
    client: importing(job({ state: 'done', result: { appId: app().id, findings } }))
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'q-app.toml:1:1 warning No requirements.\n' })
})

test('on a terminal they share one line, which is cleared at the end', async () => {
  // A terminal that does not know its size reports 0.
  const stderr = Object.assign(sink(true), { columns: 0 })
  await cli('bundle import', {
    client: importing(job({ percent: 50.9 }), job({ stage: { code: 'text', text: 'Up\x1b[2Jload' } }), done),
    world: { stderr }
  })
  expect(stderr.text()).toBe('\r\x1b[KBundling … 50 %\r\x1b[KUpload …\r\x1b[K')
})

test('a terminal without control sequences gets a line for each stage, and no colour', async () => {
  const stderr = sink(true)
  await cli('bundle import nope.txt x', { world: { stderr, env: { TERM: 'dumb' } } })
  await cli('bundle import', {
    client: importing(job({ percent: 50.9 }), job({ stage: { code: 'uploading' } }), done),
    world: { stderr, env: { TERM: 'dumb' } }
  })
  expect(stderr.text()).toMatch(/^q8s-cli: Too many[^\x1b]*\nBundling\nUploading\n$/)
})

test('a failed job is the error of the command', async () => {
  const error = { code: 'CONFLICT' as const, message: 'Q Peak 0.1.2 exists.', hint: 'Raise the Version.' }
  const { code, stdout, stderr } = await cli('bundle import', {
    client: importing(job(), job({ state: 'failed', error }))
  })
  expect(stderr).toBe('Bundling\nq8s-cli: Q Peak 0.1.2 exists.\n  Raise the Version.\n')
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
})

test('Ctrl-C cancels the job and waits until it has cleaned up', async () => {
  const interrupt = new AbortController()
  const events: string[] = []
  let cancelled = () => {}
  const cancelling = new Promise<void>(resolve => {
    cancelled = resolve
  })
  const client: Part<Client> = {
    ...importing(),
    jobs: {
      cancel: async ({ id }: { id: string }) => {
        events.push(`cancel ${id}`)
        cancelled()
      },
      watch: async () =>
        (async function* () {
          yield job()
          interrupt.abort()
          await cancelling
          events.push('cleaned up')
          yield job({ state: 'cancelled', error: { code: 'CANCELLED', message: 'Cancelled.' } })
        })()
    }
  }
  const outcome = await cli('bundle import', { client, world: { signal: interrupt.signal } })
  expect(outcome).toEqual({ code: 130, stdout: '', stderr: 'Bundling\nq8s-cli: Cancelled.\n' })
  expect(events).toEqual([`cancel ${JOB_ID}`, 'cleaned up'])
})

test('a deployment that does not become ready still prints what it made', async () => {
  const client: Part<Client> = {
    projects: { publish: async () => ({ jobId: JOB_ID }) },
    jobs: {
      watch: watching(
        job({
          state: 'failed',
          result: { appId: app().id, instanceId: instance().id },
          error: {
            code: 'UNAVAILABLE',
            message: 'It did not become ready. No module named foo.',
            data: { lastLines: ['ModuleNotFoundError: foo'] }
          }
        })
      )
    },
    platform: {
      apps: { get: async () => app() },
      instances: { get: async () => instance({ state: 'failed' }) }
    }
  }
  const { code, stdout, stderr } = await cli('bundle deploy --wait', { client })
  expect(stdout).toContain('Title           Q Peak\n')
  expect(stdout).toContain(`ID  ${instance().id}\n`)
  expect(stderr).toBe(
    'q8s-cli: It did not become ready. No module named foo.\n  | ModuleNotFoundError: foo\n'
  )
  expect(code).toBe(7)
})

test('a deployment reports how many older ones of the app remain', async () => {
  const stamped = (id: string, version: string, name = app().name) => app({ id, version, name })
  const apps = [
    stamped(app().id, '0.1.2-20201013062803'),
    stamped('b', '0.1.2-20201012062803'),
    stamped('c', '0.1.1-20201011062803'),
    stamped('d', '0.1.1'),
    stamped('e', '0.1.1-20201011062803', 'another')
  ]
  const deploying = (list: unknown): Part<Client> => ({
    projects: { publish: async () => ({ jobId: JOB_ID }) },
    jobs: { watch: watching(job({ state: 'done', result: { appId: app().id, instanceId: instance().id } })) },
    platform: { apps: { get: async () => apps[0], list }, instances: { get: async () => instance() } }
  })
  const { code, stderr } = await cli('bundle deploy', { client: deploying(async () => apps) })
  expect(stderr).toBe(
    'Note: 2 older deploys of ai.h2o.q.peak remain. To see what can go: q8s-cli app cleanup --dry-run\n'
  )
  expect(code).toBe(0)
  expect((await cli('bundle deploy', { client: deploying(async () => apps.slice(0, 1)) })).stderr).toBe('')
})

describe('--wait', () => {
  const starting = instance({
    state: 'starting',
    phase: 'installing',
    percent: 40,
    url: 'http://localhost:1/'
  })
  function launching(...states: readonly Instance[]): Part<Client> {
    return {
      platform: {
        apps: { list: async () => [app()] },
        instances: {
          run: async () => ({ ...starting, notices: ['Port 55555 is taken: it runs on 1.'] }),
          watch: async () =>
            (async function* () {
              for (const state of states) yield { changed: [state], removed: [] }
            })(),
          readLog: async () => ({ lines: [line('Traceback'), line('ImportError: no')], next: 'a' })
        }
      }
    }
  }

  test('ends when the app is ready, with the route the app announced', async () => {
    const client = launching(starting, instance({ url: 'http://localhost:1/demo' }))
    const { code, stdout, stderr } = await cli('app run bcd --wait', { client })
    expect(stdout).toBe(`ID  ${instance().id}\nURL http://localhost:1/demo\n`)
    expect(stderr).toBe('Note: Port 55555 is taken: it runs on 1.\nInstalling requirements\n')
    expect(code).toBe(0)
  })

  test('fails with the reason and the last lines, after ID and URL', async () => {
    const failed = instance({
      state: 'failed',
      reason: { code: 'import-error', message: 'The module raised ImportError.' }
    })
    const { code, stdout, stderr } = await cli('app run bcd --wait -q', {
      client: launching(starting, failed)
    })
    expect(stdout).toBe(`ID  ${instance().id}\nURL http://localhost:1/\n`)
    expect(stderr).toContain('The module raised ImportError.\n  | Traceback\n  | ImportError: no\n')
    expect(code).toBe(7)
  })
})

describe('exec', () => {
  const [ready, failed] = [instance({ ephemeral: true }), instance({ state: 'failed' })]

  /** A run with this log that goes on until it is interrupted. */
  function running(events: string[], interrupt: AbortController, change: Part<Client> = {}): Part<Client> {
    return {
      projects: {
        run: async (input: unknown) => {
          events.push(JSON.stringify(input))
          return { jobId: JOB_ID }
        }
      },
      jobs: {
        cancel: async () => {},
        watch: watching(
          job({ kind: 'run' }),
          job({ kind: 'run', stage: { code: 'creating-instance' }, result: { instanceId: ready.id } }),
          job({ kind: 'run', state: 'done', result: { instanceId: ready.id } })
        )
      },
      platform: {
        instances: {
          get: async () => ready,
          readLog: async ({ cursor }: { cursor?: string }, { signal }: { signal: AbortSignal }) => {
            if (cursor === undefined) return { lines: [line('configuration'), line('started')], next: 'a' }
            // After the first page, and once the CLI has printed the address to open.
            await new Promise(resolve => setImmediate(resolve))
            interrupt.abort()
            throw signal.reason
          },
          stop: async () => {
            events.push('stop')
            return ready
          },
          remove: async () => {
            events.push('remove')
          }
        }
      },
      ...change
    }
  }

  test('streams the log, prints the address to open, and leaves nothing after Ctrl-C', async () => {
    const interrupt = new AbortController()
    const events: string[] = []
    const { code, stdout, stderr } = await cli(
      'exec app --port 8080 --engine process --env A=1 --env B=x=y',
      {
        client: running(events, interrupt),
        world: { signal: interrupt.signal }
      }
    )
    expect(stdout).toBe('configuration\nstarted\n')
    expect(stderr).toContain(`Navigate to ${ready.url}`)
    expect(JSON.parse(events[0] ?? '')).toMatchObject({
      env: { A: '1', B: 'x=y' },
      port: 8080,
      engine: 'process'
    })
    expect(events.slice(1)).toEqual(['stop', 'remove'])
    expect(code).toBe(130)
  })

  test('requests port 55555 by default', async () => {
    const interrupt = new AbortController()
    const events: string[] = []
    await cli('exec', { client: running(events, interrupt), world: { signal: interrupt.signal } })
    expect(JSON.parse(events[0] ?? '')).toMatchObject({ port: 55_555, env: {} })
  })

  test('an app that fails to start is reported once, with its whole log, and removed', async () => {
    const events: string[] = []
    const client = running(events, new AbortController(), {
      jobs: {
        watch: watching(
          job({ kind: 'run', result: { instanceId: ready.id } }),
          job({
            kind: 'run',
            state: 'failed',
            result: { instanceId: ready.id },
            error: { code: 'UNAVAILABLE', message: 'No module foo.', data: { lastLines: ['Traceback'] } }
          })
        )
      }
    })
    Object.assign(client.platform?.instances ?? {}, {
      readLog: async () => ({ lines: [line('Traceback')], next: 'a', end: true })
    })
    const { code, stdout, stderr } = await cli('exec', { client })
    expect({ code, stdout, stderr }).toEqual({
      code: 7,
      stdout: 'Traceback\n',
      stderr: 'Stopping\nq8s-cli: No module foo.\n'
    })
    expect(events.slice(1)).toEqual(['stop', 'remove'])
  })

  test('an app that ends later fails with its reason', async () => {
    const client = running([], new AbortController())
    Object.assign(client.platform?.instances ?? {}, {
      get: async () => ({ ...failed, reason: { code: 'out-of-memory', message: 'It needed over 500Mi.' } }),
      readLog: async () => ({ lines: [], next: 'a', end: true })
    })
    const { code, stderr } = await cli('exec', { client })
    expect(stderr).toContain('Q Peak ended: It needed over 500Mi.')
    expect(code).toBe(7)
  })

  test('a cancelled run may already have removed its instance', async () => {
    const interrupt = new AbortController()
    const client = running([], interrupt)
    Object.assign(client.platform?.instances ?? {}, {
      stop: async () => {
        throw new AppError('NOT_FOUND', 'There is no such instance.')
      }
    })
    const { code } = await cli('exec', { client, world: { signal: interrupt.signal } })
    expect(code).toBe(130)
  })
})

test('exec --watch waits while a project is briefly missing, as during a checkout of a branch', async () => {
  const { id } = instance()
  const interrupt = new AbortController()
  const turns = [() => changed(), () => changed(), () => interrupt.abort()]
  let changed = () => {}
  const changes = async (_project: unknown, { signal }: { signal: AbortSignal }) =>
    (async function* () {
      for (;;) {
        await new Promise<void>((resolve, reject) => {
          changed = resolve
          signal.addEventListener('abort', () => reject(signal.reason))
        })
        yield { paths: ['q-app.toml'], count: 1 }
      }
    })()
  let runs = 0
  const run = async () => {
    runs += 1
    // The next event comes after this call has been answered.
    setImmediate(() => turns[runs - 1]?.())
    if (runs === 2) throw new AppError('NOT_FOUND', 'There is no q-app.toml.')
    return { jobId: JOB_ID }
  }
  const ready = job({ state: 'done', result: { instanceId: id } })
  const { code, stderr } = await cli('exec --watch', {
    client: {
      projects: { run, changes },
      jobs: { watch: watching(ready), get: async () => ready, cancel: async () => {} },
      platform: {
        instances: {
          get: async () => instance(),
          readLog: async () => ({ lines: [], next: 'a', end: true }),
          stop: async () => instance(),
          remove: async () => {}
        }
      }
    },
    world: { signal: interrupt.signal }
  })
  expect({ code, runs }).toEqual({ code: 130, runs: 3 })
  expect(stderr).toContain('q8s-cli: There is no q-app.toml.')
})
