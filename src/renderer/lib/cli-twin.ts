/** The `q8s-cli` command that does what a button does, to copy into a terminal or CI. */
import type { Visibility } from '#shared/app.ts'

export type VersionPart = 'patch' | 'minor' | 'major'

/** A word as a POSIX shell and PowerShell both read it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

const command = (...words: readonly string[]) => ['q8s-cli', ...words.map(quote)].join(' ')
const inFolder = (path: string, line: string) => `cd ${quote(path)} && ${line}`

export const twin = {
  bump: (path: string, part: VersionPart) => inFolder(path, command('bump', part)),
  exec: (path: string) => inFolder(path, command('exec')),
  execWatch: (path: string) => inFolder(path, command('exec', '--watch')),
  diff: (path: string, id: string) =>
    /\.(qz|wave|zip)$/i.test(path)
      ? command('bundle', 'diff', id, path)
      : inFolder(path, command('bundle', 'diff', id)),
  inspect: (file: string) => command('bundle', 'inspect', file),
  bundle: (path: string) => inFolder(path, command('bundle')),
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
  stop: (...ids: readonly string[]) => command('instance', 'stop', ...ids),
  start: (...ids: readonly string[]) => command('instance', 'start', ...ids),
  restart: (...ids: readonly string[]) => command('instance', 'restart', ...ids),
  /** Stops what runs, then removes all of them. */
  terminate: (running: readonly string[], all: readonly string[]) =>
    [
      ...(running.length > 0 ? [command('instance', 'stop', ...running)] : []),
      command('instance', 'remove', ...all)
    ].join(' && '),
  cleanUp: (dryRun: boolean) => command('app', 'cleanup', dryRun ? '--dry-run' : '--yes'),
  updateInstance: (id: string, visibility: Visibility) => command('instance', 'update', id, '-v', visibility),
  setSecret: (name: string, key: string) => command('secret', 'set', name || 'NAME', `${key || 'KEY'}=-`),
  removeSecret: (name: string) => command('secret', 'remove', name),
  support: () => command('support'),
  doctor: () => command('doctor'),
  runtimeBuild: () => command('runtime', 'build')
}
