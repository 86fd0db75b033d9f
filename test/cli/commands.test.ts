/** Which calls the other commands make: init, config, bundle, secrets, completion. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { complete } from '#main/cli/complete.ts'
import { parseVisibility } from '#main/cli/values.ts'
import type { Client } from '#shared/contract.ts'
import { app, cli, instance, type Part, sink } from './support.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-cli-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('secret set', () => {
  function setting(stdin?: string) {
    const calls: unknown[] = []
    const set = async (input: unknown) => {
      calls.push(input)
      return { name: 'db', keys: ['A'], updatedAt: '2020-10-13T06:28:03Z' }
    }
    const info = async () => ({ kind: 'local' as const, user: 'ada', capabilities: [], notices: [] })
    const client: Part<Client> = { platform: { info, secrets: { set } } }
    return { calls, setting: { client, world: { cwd: folder }, ...(stdin === undefined ? {} : { stdin }) } }
  }

  test('takes values from the line, from files as they are, and from stdin without its last newline', async () => {
    await writeFile(join(folder, 'key.pem'), '-----BEGIN\nEND-----\n')
    const { calls, setting: given } = setting('from stdin\n')
    const { code, stdout } = await cli('secret set db A=x=y B=@key.pem C=- D=@@at E=', given)
    expect(calls).toEqual([
      { name: 'db', values: { A: 'x=y', B: '-----BEGIN\nEND-----\n', C: 'from stdin', D: '@at', E: '' } }
    ])
    expect(code).toBe(0)
    expect(stdout).toBe('Name       db\nKeys       A\nUpdated At 2020-10-13 06:28:03.000000 +0000 UTC\n')
  })

  test('refuses a file that is not there, bytes that are not text, and stdin for two keys', async () => {
    await writeFile(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]))
    const { calls, setting: given } = setting('')
    expect(await cli('secret set db A=@missing', given)).toMatchObject({ code: 4 })
    expect(await cli('secret set db A=@binary', given)).toMatchObject({ code: 2 })
    expect(await cli('secret set db A=- B=-', given)).toMatchObject({ code: 2 })
    expect(calls).toEqual([])
  })

  test('prompts on a terminal without showing what is typed', async () => {
    const { calls, setting: given } = setting()
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    const stderr = sink(true)
    stdin.write('hunter2\r')
    await cli('secret set db A=-', { ...given, world: { cwd: folder, stdin, stderr } })
    expect(calls).toEqual([{ name: 'db', values: { A: 'hunter2' } }])
    expect(stderr.text()).toBe('Value of A: \n')
  })
})

test('secret list has no place for values', async () => {
  const list = async () => [{ name: 'db', keys: ['A', 'B'], updatedAt: '2020-10-10T12:00:00Z' }]
  const { stdout } = await cli('secret list', { client: { platform: { secrets: { list } } } })
  expect(stdout).toBe(
    'NAME                           UPDATED KEYS\ndb                             3d      A, B\n'
  )
})

describe('init', () => {
  function setting(change: Record<string, unknown> = {}) {
    const calls: unknown[] = []
    const projects = {
      detect: async () => ({ name: 'my-app', title: 'My app', module: 'app', evidence: ['app.py serves /'] }),
      init: async (input: { path: string }) => {
        calls.push(input)
        return {
          path: input.path,
          title: 'My app',
          name: 'my-app',
          version: '0.0.1',
          openedAt: '',
          exists: true,
          pinned: false
        }
      }
    }
    return { calls, setting: { client: { projects }, world: { cwd: folder, ...change } } }
  }

  test('fills a new or empty folder with the sample', async () => {
    const { calls, setting: given } = setting()
    const { stderr } = await cli('init my-app --yes', given)
    expect(calls).toEqual([{ path: join(folder, 'my-app'), from: 'sample' }])
    expect(stderr).toBe('Next: cd my-app, then q8s-cli exec\n')
  })

  test('quotes a folder name with a space as a shell needs it', async () => {
    const { setting: given } = setting()
    const { stderr } = await cli(['init', 'my app', '--yes'], given)
    expect(stderr).toBe("Next: cd 'my app', then q8s-cli exec\n")
  })

  test('gives the sample the requested names, and accepts no Module for it', async () => {
    const { calls, setting: given } = setting()
    await cli('init my-app --yes --name a.b --title A', given)
    expect(calls).toEqual([{ path: join(folder, 'my-app'), from: 'sample', name: 'a.b', title: 'A' }])
    const { code, stderr } = await cli('init my-app --yes --module run', given)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Module of its own') })
    expect(calls).toHaveLength(1)
  })

  test('writes a manifest for a folder with code', async () => {
    await writeFile(join(folder, 'app.py'), '')
    const { calls, setting: given } = setting()
    await cli('init --yes --name a.b --module app', given)
    expect(calls).toEqual([{ path: folder, from: 'manifest', name: 'a.b', module: 'app' }])
  })

  test('asks on a terminal, and suggests what it found', async () => {
    await writeFile(join(folder, 'app.py'), '')
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    const stderr = sink(true)
    const { calls, setting: given } = setting({ stdin, stderr })
    for (const answer of ['other\r', '\r', 'app.run\r']) stdin.write(answer)
    await cli('init', given)
    expect(calls).toEqual([
      { path: folder, from: 'manifest', name: 'other', title: 'My app', module: 'app.run' }
    ])
    expect(stderr.text()).toContain('app.py serves /')
  })

  test('input that ends during a question is a cancellation', async () => {
    await writeFile(join(folder, 'app.py'), '')
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    stdin.end()
    const { calls, setting: given } = setting({ stdin, stderr: sink(true) })
    expect((await cli('init', given)).code).toBe(130)
    expect(calls).toEqual([])
  })
})

describe('config setup', () => {
  const settings = { engine: 'auto', docker: 'auto', user: 'me', profile: 'local' }
  const dockers = [{ address: 'auto' }, { address: 'context:colima' }]
  function setting(change: Record<string, unknown> = {}) {
    const calls: unknown[] = []
    const saveSettings = async (input: object) => {
      calls.push(input)
      return { ...settings, ...input }
    }
    return {
      calls,
      setting: {
        client: { system: { settings: async () => settings, saveSettings, dockers: async () => dockers } },
        world: change
      }
    }
  }

  test('sets the given values', async () => {
    const { calls, setting: given } = setting()
    const { stdout } = await cli('config setup --user ada --engine process --size-budget 100Mi', given)
    expect(calls).toEqual([{ user: 'ada', engine: 'process', sizeBudget: 100 * 1024 ** 2 }])
    expect(stdout).toBe(
      'User        ada\nEngine      process\nDocker      auto\nPlatform    local\nSize budget 100Mi\n'
    )
  })

  test('asks on a terminal, and repeats the question after an invalid answer', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    const { calls, setting: given } = setting({ stdin, stderr: sink(true) })
    for (const answer of ['ada\r', 'podman\r', 'docker\r']) stdin.write(answer)
    await cli('config setup', given)
    expect(calls).toEqual([{ user: 'ada', engine: 'docker' }])
  })

  test('refuses a Docker context that does not exist, and lists those that do', async () => {
    const { calls, setting: given } = setting()
    const { code, stderr } = await cli('config setup --docker context:colma', given)
    expect(code).toBe(4)
    expect(stderr).toContain('There is no Docker context "colma".')
    expect(stderr).toContain('context:colima')
    expect(calls).toEqual([])
  })

  test('accepts only a Docker engine on this computer', async () => {
    const { calls, setting: given } = setting()
    await cli('config setup --docker context:colima', given)
    const { code, stderr } = await cli('config setup --docker ssh://ada@build.example', given)
    expect(code).toBe(2)
    expect(stderr).toContain('a Docker on another one cannot see them')
    expect(calls).toEqual([{ docker: 'context:colima' }])
  })

  test('reports that no other platform is supported', async () => {
    const { calls, setting: given } = setting()
    const { code, stderr } = await cli('config setup --platform https://q8s.example.com', given)
    expect(code).toBe(8)
    expect(stderr).toContain('only knows the local platform')
    expect(calls).toEqual([])
  })
})

describe('bundle --dry-run', () => {
  const files = async () => ({
    entries: [
      { path: 'app/', size: 0, included: true, reason: { code: 'part-of-project' as const } },
      { path: 'app/run.py', size: 1234, included: true, reason: { code: 'part-of-project' as const } },
      { path: '.venv/', size: 0, included: false, reason: { code: 'virtual-environment' as const } }
    ],
    findings: [{ rule: 'icon', severity: 'error', message: 'No icon.', file: 'static' }],
    count: 1,
    size: 1234
  })

  test('lists each file, in or out, with size and reason, and fails where a bundle would', async () => {
    const { code, stdout, stderr } = await cli('bundle --dry-run', { client: { projects: { files } } })
    expect(stdout.split('\n')).toEqual([
      'IN? BYTES     PATH                                     REASON',
      'in  -         app/                                     part of the project',
      'in  1234      app/run.py                               part of the project',
      'out -         .venv/                                   virtual environment',
      ''
    ])
    expect(stderr).toContain('  static error No icon.\n')
    expect(code).toBe(3)
  })

  test('sums up the included files, in the units of the window', async () => {
    const good = async () => ({ ...(await files()), findings: [], budget: 100 * 1024 ** 2 })
    const { stderr } = await cli('bundle --dry-run', { client: { projects: { files: good } } })
    expect(stderr).toBe('In: 1 file, 1.21 KiB of the size budget of 100Mi. Out: 1.\n')
  })
})

test('bundle resolves its folder and its output against the current directory', async () => {
  await mkdir(join(folder, 'app'))
  const calls: unknown[] = []
  const bundle = async (input: unknown) => {
    calls.push(input)
    throw new Error('enough')
  }
  await cli('bundle app --output ../x.qz', { client: { projects: { bundle } }, world: { cwd: folder } })
  expect(calls).toEqual([{ path: join(folder, 'app'), output: join(folder, '..', 'x.qz') }])
})

test.each(['ALL_USERS', 'all_users', 'ALL USERS', 'all-users', ' All Users '])('%j is a visibility', text => {
  expect(parseVisibility(text)).toBe('ALL_USERS')
})

describe('completion', () => {
  const client = async () =>
    ({
      platform: {
        apps: { list: async () => [app({ title: 'Q\x1b[2J Peak' })] },
        instances: { list: async () => [instance()] },
        secrets: { list: async () => [{ name: 'db', keys: ['A'], updatedAt: '' }] }
      }
    }) as unknown as Client
  const offered = async (line: string) =>
    (await complete(line.split(' '), client)).map(each => each.split('\t')[0])

  test.each([
    ['a', ['app']],
    ['app ', ['list', 'run', 'update', 'remove', 'cleanup']],
    ['app l', ['list']],
    ['app run ', [app().id]],
    ['-o json app run bcd', [app().id]],
    ['app run x --w', ['--wait']],
    ['app update x -v ', []],
    ['app list --format ', ['text', 'json']],
    ['app list --format = j', ['json']],
    ['bundle ', ['inspect', 'diff', 'import', 'deploy', ':folder']],
    ['bundle --output ', [':file']],
    ['exec --engine ', ['docker', 'process']],
    ['instance logs -f 2', [instance().id]],
    ['secret set ', ['db']],
    ['completion f', ['fish']],
    ['nonsense ', []]
  ])('of "%s"', async (line, expected) => {
    expect(await offered(line)).toEqual(expected)
  })

  test('descriptions of untrusted apps are harmless', async () => {
    expect(await complete(['app', 'run', ''], client)).toEqual([`${app().id}\tQ‹U+001B›[2J Peak 0.1.2`])
  })

  test('prints nothing where there is no platform', async () => {
    const createHost = async () => {
      throw new Error('no')
    }
    const outcome = await cli(['__complete', 'app', 'run', ''], { world: { createHost } })
    expect(outcome).toEqual({ code: 1, stdout: '', stderr: '' })
  })
})

describe('bundle diff', () => {
  const comparison = (changes: readonly object[]) => ({
    platform: { apps: { list: async () => [app()] } },
    preview: {
      compare: async () => ({ app: { id: app().id, name: 'n', version: '1.0.0' }, changes, unchanged: 7 })
    }
  })

  test('exits with 1 and prints a table if something differs', async () => {
    const facts = { size: 3, mode: 0o644 }
    const changes = [
      { path: 'a.py', change: 'added', after: facts },
      { path: 'run.sh', change: 'mode', before: facts, after: { ...facts, mode: 0o755 } }
    ]
    const { code, stdout, stderr } = await cli('bundle diff bcd', { client: comparison(changes) })
    expect(code).toBe(1)
    expect(stdout).toMatch(/added +- +3 +a\.py\nmode +644 +755 +run\.sh/)
    expect(stderr).toContain('Against n 1.0.0: 2 differ, 7 are the same.')
  })

  test('exits with 0 if nothing differs', async () => {
    expect(await cli('bundle diff bcd -q', { client: comparison([]) })).toEqual({
      code: 0,
      stdout: '',
      stderr: ''
    })
  })

  test('an app that does not exist is the usual error', async () => {
    expect((await cli('bundle diff fff', { client: comparison([]) })).code).toBe(4)
  })
})

describe('requirements', () => {
  const lacking = {
    missing: [
      { module: 'cv2', requirement: 'opencv-python', file: 'app.py', line: 3 },
      { module: 'mine', file: 'app.py', line: 4 }
    ],
    unsure: [{ module: 'pandas', file: 'app.py', line: 5 }],
    count: 2,
    pinned: 1
  }
  function asking() {
    const calls: unknown[] = []
    const addRequirements = async (input: unknown) => {
      calls.push(input)
      return { added: ['opencv-python'] }
    }
    const client: Part<Client> = { projects: { requirements: async () => lacking, addRequirements } }
    return { calls, given: { client, world: { cwd: folder } } }
  }

  test('lists missing packages, and changes nothing without --write', async () => {
    const { calls, given } = asking()
    const { code, stdout, stderr } = await cli('requirements', given)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^MODULE +REQUIREMENT +IMPORTED\ncv2 +opencv-python +app.py:3\nmine +\? +app.py:4\n$/
    )
    expect(stderr).toContain('1 of 2 requirements is not pinned')
    expect(calls).toEqual([])
  })

  test('adds the packages that are known for certain', async () => {
    const { calls, given } = asking()
    const { stdout } = await cli('requirements --write -o json', given)
    expect(calls).toEqual([{ path: folder, requirements: ['opencv-python'] }])
    expect(JSON.parse(stdout)).toEqual({ ...lacking, added: ['opencv-python'] })
  })
})

describe('instance logs without an ID', () => {
  const list = (instances: unknown[]) =>
    cli('instance logs', {
      client: {
        platform: {
          instances: {
            list: async () => instances,
            readLog: async () => ({ lines: [], next: 'n', first: 0, end: true })
          }
        }
      }
    })

  test('uses the only one', async () => {
    expect((await list([instance()])).code).toBe(0)
  })

  test('lists them if there are several', async () => {
    const other = instance({ id: '33333333-0000-4000-8000-000000000000', ephemeral: true })
    const { code, stderr } = await list([instance(), other])
    expect(code).not.toBe(0)
    expect(stderr).toContain(instance().id)
    expect(stderr).toContain(other.id)
  })

  test('says how to start one if there is none', async () => {
    expect((await list([])).stderr).toContain('q8s-cli app run')
  })
})

describe('app remove', () => {
  function removing(state: 'stopped' | 'ready' | undefined) {
    const removed: unknown[] = []
    const client: Part<Client> = {
      platform: {
        apps: { list: async () => [app()], remove: async (input: unknown) => void removed.push(input) },
        instances: {
          list: async () => (state ? [instance({ state, app: { ...instance().app, id: app().id } })] : [])
        }
      }
    }
    return { removed, client }
  }

  test('asks before it removes ended instances with their logs and data', async () => {
    const { removed, client } = removing('stopped')
    const { code, stderr } = await cli('app remove bcd', { client })
    expect(code).toBe(2)
    expect(stderr).toContain('This also removes 1 ended instance, with logs and the data on their volumes.')
    expect(stderr).toContain('--yes')
    expect(removed).toEqual([])
  })

  test('asks nothing with --yes, or if nothing else is lost', async () => {
    for (const [state, line] of [
      ['stopped', 'app remove bcd --yes'],
      [undefined, 'app remove bcd']
    ] as const) {
      const { removed, client } = removing(state)
      expect((await cli(line, { client })).code).toBe(0)
      expect(removed).toEqual([{ id: app().id }])
    }
  })

  test('leaves it to the platform to refuse an app that is running', async () => {
    const { removed, client } = removing('ready')
    await cli('app remove bcd', { client })
    expect(removed).toHaveLength(1)
  })
})
