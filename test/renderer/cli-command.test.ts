/** Commands to copy, and the dots of the status bar. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { quote } from '#shared/shell-word.ts'
import { parseArguments } from '../../src/main/cli/program.ts'
import { inputOf, nameProblem } from '../../src/renderer/actions/run-options.ts'
import { statusDots } from '../../src/renderer/frame/status-dots.ts'
import { cliCommand, cliCommandsFor } from '../../src/renderer/labels/cli-command.ts'
import type { Check } from '../../src/shared/system.ts'

describe('commands for buttons', () => {
  test.each([
    ['plain', 'plain'],
    ['/home/ada/my app', "'/home/ada/my app'"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf ~)', "'$(rm -rf ~)'"],
    ['', "''"]
  ])('%s is written as %s', (word, quoted) => expect(quote(word, 'posix')).toBe(quoted))

  test('a project is published from its folder', () => {
    expect(cliCommand.publish('/a b', 'ALL_USERS')).toBe("cd '/a b' && q8s-cli bundle import -v ALL_USERS")
  })

  test('the value of a secret is read from input, and is not part of the command', () => {
    expect(cliCommand.setSecret('db', 'password')).toBe('q8s-cli secret set db password=-')
  })
})

describe.skipIf(process.platform === 'win32')('a copied command', () => {
  const path = "/home/ada/it's $(a) folder"
  const file = `${path}/b.qz`
  const id = 'bcd54321'
  const how = { engine: 'docker', port: 8080 } as const
  /** Every command: the words a shell passes to q8s-cli, after the words for `cd`. */
  const lines: {
    readonly [name in keyof typeof cliCommand]: readonly [line: string, words: readonly string[]]
  } = {
    init: [
      cliCommand.init(path, { name: 'a.b', title: "Ada's", module: 'q_app.run' }),
      ['init', path, '--yes', '--name', 'a.b', '--title', "Ada's", '--module', 'q_app.run']
    ],
    sample: [cliCommand.sample(), ['init', 'my-app', '--sample']],
    bump: [cliCommand.bump(path, 'minor'), ['bump', 'minor']],
    requirements: [cliCommand.requirements(path), ['requirements', '--write']],
    exec: [cliCommand.exec(path, how), ['exec', '--engine', 'docker', '--port', '8080']],
    execWatch: [cliCommand.execWatch(path), ['exec', '--watch']],
    diff: [cliCommand.diff(file, id), ['bundle', 'diff', id, file]],
    inspect: [cliCommand.inspect(file), ['bundle', 'inspect', file]],
    bundle: [cliCommand.bundle(path), ['bundle']],
    files: [cliCommand.files(path), ['bundle', '--dry-run']],
    publish: [cliCommand.publish(path, 'PRIVATE'), ['bundle', 'import', '-v', 'PRIVATE']],
    importFile: [cliCommand.importFile(file, 'ALL_USERS'), ['bundle', 'import', file, '-v', 'ALL_USERS']],
    deploy: [cliCommand.deploy(path, 'ALL_USERS'), ['bundle', 'deploy', '-v', 'ALL_USERS']],
    deployFile: [cliCommand.deployFile(file, 'PRIVATE'), ['bundle', 'deploy', file]],
    runApp: [cliCommand.runApp(id), ['app', 'run', id]],
    updateApp: [cliCommand.updateApp(id, 'PRIVATE'), ['app', 'update', id, '-v', 'PRIVATE']],
    removeApps: [cliCommand.removeApps(id, 'b'), ['app', 'remove', id, 'b']],
    logs: [cliCommand.logs(id), ['instance', 'logs', '-f', id]],
    shell: [cliCommand.shell(id), ['instance', 'shell', id]],
    instanceFiles: [cliCommand.instanceFiles(id, 'app/a b'), ['instance', 'files', id, 'app/a b']],
    copyFile: [cliCommand.copyFile(id, "app/it's"), ['instance', 'copy', id, "app/it's"]],
    stop: [cliCommand.stop(id, 'b'), ['instance', 'stop', id, 'b']],
    start: [cliCommand.start(id), ['instance', 'start', id]],
    restart: [cliCommand.restart(id), ['instance', 'restart', id]],
    terminate: [cliCommand.terminate([], [id]), ['instance', 'remove', id]],
    cleanUp: [cliCommand.cleanUp(false), ['app', 'cleanup', '--yes']],
    updateInstance: [
      cliCommand.updateInstance(id, 'ALL_USERS'),
      ['instance', 'update', id, '-v', 'ALL_USERS']
    ],
    setSecret: [cliCommand.setSecret('my db', ''), ['secret', 'set', 'my db', 'KEY=-']],
    removeSecret: [cliCommand.removeSecret('my db', 'KEY'), ['secret', 'remove', 'my db', 'KEY']],
    setEngine: [cliCommand.setEngine('auto'), ['config', 'setup', '--engine', 'auto']],
    setDocker: [
      cliCommand.setDocker('unix:///a b/docker.sock'),
      ['config', 'setup', '--docker', 'unix:///a b/docker.sock']
    ],
    dockers: [cliCommand.dockers(), ['config', 'docker']],
    setUser: [cliCommand.setUser('Ada L'), ['config', 'setup', '--user', 'Ada L']],
    setBudget: [cliCommand.setBudget(100 * 1024 ** 2), ['config', 'setup', '--size-budget', '100Mi']],
    jobs: [cliCommand.jobs(), ['jobs']],
    support: [cliCommand.support(), ['support']],
    doctor: [cliCommand.doctor(), ['doctor']],
    testConnection: [cliCommand.testConnection(), ['doctor', '--connect']],
    runtimeBuild: [cliCommand.runtimeBuild(), ['runtime', 'build']],
    runtimeLoad: [cliCommand.runtimeLoad(file), ['runtime', 'load', file]]
  }

  test.each(Object.entries(lines))(
    '%s is a command q8s-cli accepts, with any names',
    async (_, [line, words]) => {
      const said = `cd() { :; }; say() { for word; do printf '%s\\n' "$word"; done; }; ${line.replace('q8s-cli', 'say')}`
      const read = execFileSync('sh', ['-c', said], { encoding: 'utf8' }).trimEnd().split('\n')
      expect(read).toEqual(words)
      expect(await parseArguments(read)).toMatchObject({ kind: 'run' })
    }
  )

  test('a budget that is not a whole number of MiB is written in bytes, and no budget as none', async () => {
    expect([cliCommand.setBudget(1_000_000), cliCommand.setBudget(0)]).toEqual([
      'q8s-cli config setup --size-budget 1000000',
      'q8s-cli config setup --size-budget 0'
    ])
  })
})

test('PowerShell gets its own syntax', () => {
  const windows = cliCommandsFor('powershell')
  expect(windows.bundle('C:\\my apps\\a')).toBe("cd 'C:\\my apps\\a'; if ($?) { q8s-cli bundle }")
  expect(windows.inspect('C:\\a\\b.qz')).toBe('q8s-cli bundle inspect C:\\a\\b.qz')
  expect(windows.setUser("Ada's, $(a)")).toBe("q8s-cli config setup --user 'Ada''s, $(a)'")
  expect(windows.terminate(['a'], ['a', 'b'])).toBe(
    'q8s-cli instance stop a; if ($?) { q8s-cli instance remove a b }'
  )
})

test('an instance that runs is stopped before it is removed', () => {
  expect(cliCommand.terminate(['a'], ['a', 'b'])).toBe(
    'q8s-cli instance stop a && q8s-cli instance remove a b'
  )
  expect(cliCommand.terminate([], ['b'])).toBe('q8s-cli instance remove b')
})

describe('status dots', () => {
  const check = (id: Check['id'], state: Check['state']): Check => ({
    ...{ id, state, title: id, message: id, checked: id },
    details: []
  })

  test('one working engine is enough', () => {
    const [engine] = statusDots([check('docker', 'notice'), check('process', 'ok')], 'auto')
    expect(engine).toMatchObject({ title: 'Process', tone: 'good' })
  })

  test('the engine in the settings must be the one that works', () => {
    const [engine] = statusDots([check('docker', 'notice'), check('process', 'ok')], 'docker')
    expect(engine).toMatchObject({ title: 'No engine', tone: 'bad' })
  })

  test('an engine without its image does not count', () => {
    const checks = [check('docker', 'ok'), check('image', 'failed'), check('process', 'failed')]
    expect(statusDots(checks, 'docker')[0]).toMatchObject({ title: 'No engine', check: 'image' })
    const other = [check('docker', 'ok'), check('image', 'notice'), check('process', 'ok')]
    expect(statusDots(other, 'auto')[0]).toMatchObject({ title: 'Process', check: 'process' })
  })

  test('disk, clock and network are shown only if there is a problem', () => {
    const quiet = statusDots([check('disk', 'ok'), check('clock', 'ok'), check('network', 'ok')], 'auto')
    expect(quiet.map(({ check: id }) => id)).toEqual(['process', 'platform', 'keychain'])
    const loud = statusDots([check('disk', 'failed'), check('clock', 'notice')], 'auto')
    expect(loud.slice(3)).toMatchObject([
      { check: 'disk', tone: 'bad', title: 'Disk' },
      { check: 'clock', tone: 'busy', title: 'Clock' }
    ])
  })

  test('nothing is shown as ok before it was checked', () => {
    expect(statusDots(undefined, undefined).map(({ tone }) => tone)).toEqual(['off', 'off', 'off'])
  })
})

test('run options omit what is empty or is not a port', () => {
  expect(inputOf({ port: '', env: [{ name: ' ', value: 'x' }] })).toEqual({ env: {} })
  expect(inputOf({ engine: 'docker', port: '8080', env: [{ name: ' A ', value: '1' }] })).toEqual({
    engine: 'docker',
    port: 8080,
    env: { A: '1' }
  })
  expect(inputOf({ port: '99999', env: [] })).toEqual({ env: {} })
  expect(inputOf({ port: '', env: [{ name: 'Q8S_X', value: '1' }] })).toEqual({ env: {} })
  expect(inputOf({ port: '', env: [{ name: 'A', value: { secret: 's', key: 'k' } }] })).toEqual({
    env: { A: { secret: 's', key: 'k' } }
  })
})

test('the reason for an omitted variable is shown', () => {
  expect([nameProblem(''), nameProblem('FINE')]).toEqual([undefined, undefined])
  expect(nameProblem('q8s_x')).toMatch(/reserved/)
  expect(nameProblem('1 x')).toMatch(/letters/)
})
