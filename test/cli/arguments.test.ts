/** Invalid command lines, help, and errors as text, as JSON and as exit codes. */
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '#main/cli/commands.ts'
import { EXIT_CODES } from '#main/cli/errors.ts'
import { VERSION } from '#main/version.ts'
import { AppError, ERROR_CODES, type ErrorCode } from '#shared/errors.ts'
import { app, asHost, cli, instance } from './support.ts'

describe('an invalid command line is exit code 2, with a hint', () => {
  test.each([
    ['ap list', /unknown command 'ap'.*Did you mean app/i],
    ['app lst', /unknown command 'lst'.*Did you mean list/i],
    ['app list --al', /unknown option '--al'.*Did you mean --all/i],
    ['app run', /missing required argument 'id'/i],
    ['app run a b', /too many arguments/i],
    ['app update abc', /required option '-v, --visibility <visibility>' not specified/i],
    ['app run abc -v PUBLIC', /"PUBLIC" is not a visibility/i],
    ['app list -o yaml', /Allowed choices are text, json/i],
    ['exec --port 99999', /"99999" is not a port/i],
    ['exec --engine podman', /Allowed choices are docker, process/i],
    ['exec --env NOVALUE', /without a name/i],
    ['instance logs abc --tail -3', /argument missing|not a number of lines/i],
    ['instance logs abc --tail x', /"x" is not a number of lines/i],
    ['secret set name', /missing required argument 'KEY=VALUE'/i],
    ['secret set name value', /without a name/i],
    ['completion tcsh', /Allowed choices are bash, zsh, fish/i],
    ['bundle imprt', /no command "bundle imprt"/i],
    ['config setup --user=', /no name to go by/i],
    ['help imprt', /no command "imprt"/i],
    ['constructor --help', /no command "constructor"/i]
  ])('%s', async (line, message) => {
    const outcome = await cli(line)
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr).toMatch(/^q8s-cli: /)
    expect(outcome.stderr.trimEnd().split('\n').length).toBeGreaterThan(1)
    expect(outcome.stdout).toBe('')
    expect(outcome.code).toBe(2)
  })

  test('-o on bundle is explained', async () => {
    const outcome = await cli('bundle -o app.qz')
    expect(outcome.stderr).toContain('use --output <file>')
  })

  test('the error is JSON if that was requested', async () => {
    for (const line of ['-o json app lst', 'app lst --format=json', 'app lst -ojson', 'app lst -qo json']) {
      const { stdout, code } = await cli(line)
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INVALID' } })
      expect(code).toBe(2)
    }
  })

  test('no value of a secret is repeated', async () => {
    const { stderr } = await cli('secret set database =hunter2')
    expect(stderr).not.toContain('hunter2')
  })
})

describe('help', () => {
  test.each(['', '--help', '-h', 'help'])('"%s" lists every noun, examples and exit codes', async line => {
    const { code, stdout, stderr } = await cli(line)
    for (const words of Object.keys(COMMANDS)) expect(stdout).toContain(words.split(' ')[0])
    for (const [exit, meaning] of EXIT_CODES)
      expect(stdout).toMatch(new RegExp(`^ +${exit} +${meaning.slice(0, 9)}`, 'm'))
    expect(stdout).toContain('Examples:')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test.each(Object.keys(COMMANDS))(
    '%s --help has a summary, examples and the global options',
    async words => {
      const { code, stdout } = await cli(`${words} --help`)
      expect(code).toBe(0)
      expect(stdout).toContain(`Usage: q8s-cli ${words}`)
      expect(stdout).toMatch(/Examples:\n {2}\$ .*q8s-cli /)
      expect(stdout).toContain('--format <format>')
    }
  )

  test('a noun alone lists its commands', async () => {
    const { code, stdout } = await cli('instance')
    for (const verb of ['list', 'logs', 'update', 'stop', 'start', 'remove'])
      expect(stdout).toContain(`  ${verb}`)
    expect(code).toBe(0)
  })

  test('is data in JSON', async () => {
    const { stdout } = await cli('app run --help -o json')
    expect(JSON.parse(stdout).commands).toMatchObject([{ command: 'app run', arguments: [{ name: 'id' }] }])
  })
})

test.each(['--version', '-V'])('%s prints the version', async line => {
  expect(await cli(line)).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
  expect(JSON.parse((await cli(`${line} -o json`)).stdout)).toEqual({ version: VERSION })
})

describe('errors', () => {
  const expected: Record<ErrorCode, number> = {
    INTERNAL: 1,
    INVALID: 3,
    NOT_FOUND: 4,
    CONFLICT: 5,
    UNAUTHENTICATED: 6,
    FORBIDDEN: 6,
    UNAVAILABLE: 7,
    UNSUPPORTED: 8,
    CANCELLED: 130
  }

  const failing = (error: unknown) => ({
    client: {
      platform: {
        apps: {
          list: async () => {
            throw error
          }
        }
      }
    }
  })

  test.each(ERROR_CODES)('%s has its exit code, in text and in JSON', async code => {
    const error = new AppError(code, 'It broke.\x1b[2J', 'Mend it.')
    expect(await cli('app list', failing(error))).toEqual({
      code: expected[code],
      stdout: '',
      stderr: 'q8s-cli: It broke.\n  Mend it.\n'
    })
    const inJson = await cli('app list -o json', failing(error))
    expect(inJson.code).toBe(expected[code])
    expect(JSON.parse(inJson.stdout)).toMatchObject({ error: { code, hint: 'Mend it.' } })
    expect(EXIT_CODES.map(([exit]) => exit)).toContain(expected[code])
  })

  test('an unexpected error is a bug: exit code 1', async () => {
    const { code, stderr } = await cli('app list', failing(new TypeError('x is not a function')))
    expect(code).toBe(1)
    expect(stderr).toContain('x is not a function')
  })

  test('findings have their place, and log lines follow', async () => {
    const findings = [
      {
        rule: 'r',
        severity: 'error',
        message: 'Version is not semver.',
        file: 'q-app.toml',
        line: 3,
        column: 11
      },
      { rule: 's', severity: 'warning', message: 'No icon.' }
    ]
    const error = new AppError('INVALID', 'Two problems.', 'Mend them.', {
      data: { findings, lastLines: ['Traceback', 'ModuleNotFoundError'] }
    })
    const { stderr } = await cli('app list', failing(error))
    expect(stderr.split('\n')).toEqual([
      'q8s-cli: Two problems.',
      '  q-app.toml:3:11 error Version is not semver.',
      '  warning No icon.',
      '  | Traceback',
      '  | ModuleNotFoundError',
      '  Mend them.',
      ''
    ])
  })

  test('a message that is the only finding is printed once, with its place', async () => {
    const message = '1.2 is not a version.'
    const finding = { rule: 'r', severity: 'error', message, file: 'q-app.toml', line: 3, column: 11 }
    const error = new AppError('INVALID', message, 'Mend it.', { data: { findings: [finding] } })
    const { stderr } = await cli('app list', failing(error))
    expect(stderr).toBe('q8s-cli: q-app.toml:3:11 error 1.2 is not a version.\n  Mend it.\n')
  })

  test('a host that cannot be created is reported like any other failure', async () => {
    const createHost = async () => {
      throw new AppError('FORBIDDEN', 'The state is read-only.', 'Set Q8S_HOME.')
    }
    const { code, stderr } = await cli('app list', { world: { createHost } })
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: 'q8s-cli: The state is read-only.\n  Set Q8S_HOME.\n'
    })
  })

  test('the host is closed after success and after failure', async () => {
    for (const list of [async () => [], failing(new Error('no')).client.platform.apps.list]) {
      let closed = 0
      const createHost = async () => ({
        ...asHost({}),
        client: () => ({ platform: { apps: { list } } }) as never,
        close: async () => {
          closed += 1
        }
      })
      await cli('app list', { world: { createHost } })
      expect(closed).toBe(1)
    }
  })
})

describe('IDs', () => {
  const one = app({ id: 'abc54321-0000-4000-8000-1234567890ab', title: 'Q Tour' })
  const two = app({ id: 'abd54321-0000-4000-8000-1234567890ab' })
  const running = instance()
  const client = {
    platform: {
      apps: {
        list: async () => [one, two],
        update: async ({ id }: { id: string }) => [one, two].find(each => each.id === id)
      },
      instances: {
        list: async () => [running],
        update: async () => running
      }
    }
  }

  test.each([
    [one.id, one.id],
    [one.id.toUpperCase(), one.id],
    ['abd', two.id],
    ['abc5', one.id],
    ['cabd', two.id]
  ])('%s means %s', async (typed, id) => {
    const { code, stdout } = await cli(`app update ${typed} -v PRIVATE`, { client })
    expect(stdout).toContain(id)
    expect(code).toBe(0)
  })

  test('the stray c that the guide puts before the ID of an instance is accepted', async () => {
    const { code } = await cli('instance update c22222222-3333-4444-8555-666666666666 -v PRIVATE', { client })
    expect(code).toBe(0)
  })

  test('an ambiguous prefix lists what it matches', async () => {
    const { code, stderr } = await cli('app update ab -v PRIVATE', { client })
    expect(stderr).toContain('"ab" is not unique: 2 apps')
    expect(stderr).toContain(`${one.id} Q Tour 0.1.2`)
    expect(stderr).toContain(two.id)
    expect(code).toBe(5)
  })

  test.each([
    ['abx54321', [one.id, two.id]],
    ['acb', [one.id]],
    ['tour', [one.id]],
    ['zzz', []]
  ])('an unknown ID shows what was searched and lists similar ones: %s', async (typed, near) => {
    const { code, stderr, stdout } = await cli(`app update ${typed} -v PRIVATE -o json`, { client })
    expect(stderr).toContain(`"${typed}"`)
    expect(JSON.parse(stdout).error.data.candidates.sort()).toEqual(near)
    if (near.length === 0) expect(stderr).toContain('q8s-cli app list -a')
    expect(code).toBe(4)
  })

  test('an empty ID does not match every ID', async () => {
    expect((await cli(['app', 'remove', ''], { client })).code).toBe(2)
  })
})
