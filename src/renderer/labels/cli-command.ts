/** The `q8s-cli` command that does what a button does, to copy into a terminal or CI. */
import type { Visibility } from '#shared/app.ts'
import { isBundlePath } from '#shared/bundle.ts'
import { quote, type ShellKind } from '#shared/shell-word.ts'
import type { Settings } from '#shared/system.ts'

export type VersionPart = 'patch' | 'minor' | 'major'

const SHELL: ShellKind = /^Win/.test(globalThis.navigator?.platform ?? '') ? 'powershell' : 'posix'

/** Run options that differ from the settings. Leaves out variables: their values must not appear in a command. */
interface Run {
  readonly engine?: 'docker' | 'process' | undefined
  readonly port?: number | undefined
}

function runArguments({ engine, port }: Run): readonly string[] {
  return [...(engine ? ['--engine', engine] : []), ...(port ? ['--port', String(port)] : [])]
}

const MiB = 1024 ** 2
const sizeWord = (bytes: number) => (bytes > 0 && bytes % MiB === 0 ? `${bytes / MiB}Mi` : String(bytes))

/** The commands, quoted for a shell. */
export function cliCommandsFor(shell: ShellKind) {
  const command = (...words: readonly string[]) =>
    ['q8s-cli', ...words.map(word => quote(word, shell))].join(' ')
  /** Runs the second command only if the first succeeds: PowerShell before version 7 has no `&&`. */
  const after = (first: string, second: string) =>
    shell === 'posix' ? `${first} && ${second}` : `${first}; if ($?) { ${second} }`
  const inFolder = (path: string, line: string) => after(`cd ${quote(path, shell)}`, line)
  return {
    init: (path: string, { name, title, module }: Readonly<Record<'name' | 'title' | 'module', string>>) =>
      command(
        ...['init', path, '--yes', '--name', name],
        ...(title === '' ? [] : ['--title', title]),
        ...(module === '' ? [] : ['--module', module])
      ),
    sample: () => command('init', 'my-app', '--sample'),
    bump: (path: string, part: VersionPart) => inFolder(path, command('bump', part)),
    requirements: (path: string) => inFolder(path, command('requirements', '--write')),
    exec: (path: string, how: Run = {}) => inFolder(path, command('exec', ...runArguments(how))),
    execWatch: (path: string, how: Run = {}) =>
      inFolder(path, command('exec', ...runArguments(how), '--watch')),
    diff: (path: string, id: string) =>
      isBundlePath(path)
        ? command('bundle', 'diff', id, path)
        : inFolder(path, command('bundle', 'diff', id)),
    inspect: (file: string) => command('bundle', 'inspect', file),
    bundle: (path: string) => inFolder(path, command('bundle')),
    files: (path: string) => inFolder(path, command('bundle', '--dry-run')),
    publish: (path: string, visibility: Visibility) =>
      inFolder(path, command('bundle', 'import', '-v', visibility)),
    importFile: (file: string, visibility: Visibility) => command('bundle', 'import', file, '-v', visibility),
    deploy: (path: string, visibility: Visibility = 'PRIVATE') =>
      inFolder(path, command('bundle', 'deploy', ...(visibility === 'PRIVATE' ? [] : ['-v', visibility]))),
    deployFile: (file: string, visibility: Visibility) =>
      command('bundle', 'deploy', file, ...(visibility === 'PRIVATE' ? [] : ['-v', visibility])),
    runApp: (id: string) => command('app', 'run', id),
    updateApp: (id: string, visibility: Visibility) => command('app', 'update', id, '-v', visibility),
    removeApps: (...ids: readonly string[]) => command('app', 'remove', ...ids),
    logs: (id: string) => command('instance', 'logs', '-f', id),
    shell: (id: string) => command('instance', 'shell', id),
    instanceFiles: (id: string, path: string) => command('instance', 'files', id, ...(path ? [path] : [])),
    copyFile: (id: string, path: string) => command('instance', 'copy', id, path),
    stop: (...ids: readonly string[]) => command('instance', 'stop', ...ids),
    start: (...ids: readonly string[]) => command('instance', 'start', ...ids),
    restart: (...ids: readonly string[]) => command('instance', 'restart', ...ids),
    /** Stops the running instances, then removes all of them. */
    terminate: (running: readonly string[], all: readonly string[]) =>
      [
        ...(running.length > 0 ? [command('instance', 'stop', ...running)] : []),
        command('instance', 'remove', ...all)
      ].reduce(after),
    cleanUp: (dryRun: boolean) => command('app', 'cleanup', dryRun ? '--dry-run' : '--yes'),
    updateInstance: (id: string, visibility: Visibility) =>
      command('instance', 'update', id, '-v', visibility),
    setSecret: (name: string, key: string) => command('secret', 'set', name || 'NAME', `${key || 'KEY'}=-`),
    removeSecret: (name: string, ...keys: readonly string[]) => command('secret', 'remove', name, ...keys),
    setEngine: (engine: Settings['engine']) => command('config', 'setup', '--engine', engine),
    setDocker: (address: string) => command('config', 'setup', '--docker', address),
    dockers: () => command('config', 'docker'),
    setUser: (user: string) => command('config', 'setup', '--user', user),
    setBudget: (bytes: number) => command('config', 'setup', '--size-budget', sizeWord(bytes)),
    jobs: () => command('jobs'),
    support: () => command('support'),
    doctor: () => command('doctor'),
    testConnection: () => command('doctor', '--connect'),
    runtimeBuild: () => command('runtime', 'build'),
    runtimeLoad: (file: string) => command('runtime', 'load', file)
  }
}

export const cliCommand = cliCommandsFor(SHELL)
