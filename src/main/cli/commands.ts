/** The table of all commands. The file of a command is loaded only when the command is run or described. */
import type { Command } from './command.ts'

export const GROUPS: Readonly<Record<string, string>> = {
  config: 'This computer: who you are and what runs your apps',
  app: 'Apps on the platform: one immutable name and version each',
  bundle: 'Bundle a project, look into a bundle, publish it',
  instance: 'Instances: the runs of apps, and their logs',
  secret: 'Secrets apps get as environment variables',
  runtime: 'The Docker image instances run in'
}

/** Maps the words of a command to its loader, in the order of the help. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).init,
  bump: async () => (await import('./bump.ts')).bump,
  requirements: async () => (await import('./requirements.ts')).requirements,
  exec: async () => (await import('./exec.ts')).exec,
  jobs: async () => (await import('./past-jobs.ts')).jobs,
  ui: async () => (await import('./ui.ts')).ui,
  doctor: async () => (await import('./doctor.ts')).doctor,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  support: async () => (await import('./support.ts')).support,
  'config setup': async () => (await import('./config/setup.ts')).configSetup,
  'config docker': async () => (await import('./config/docker.ts')).configDocker,
  'config show': async () => (await import('./config/show.ts')).configShow,
  'app list': async () => (await import('./app/list.ts')).appList,
  'app run': async () => (await import('./app/run.ts')).appRun,
  'app update': async () => (await import('./app/update.ts')).appUpdate,
  'app remove': async () => (await import('./app/remove.ts')).appRemove,
  'app cleanup': async () => (await import('./app/cleanup.ts')).appCleanup,
  bundle: async () => (await import('./bundle/write.ts')).bundleWrite,
  'bundle inspect': async () => (await import('./bundle/inspect.ts')).bundleInspect,
  'bundle diff': async () => (await import('./bundle/diff.ts')).bundleDiff,
  'bundle import': async () => (await import('./bundle/import.ts')).bundleImport,
  'bundle deploy': async () => (await import('./bundle/deploy.ts')).bundleDeploy,
  'instance list': async () => (await import('./instance/list.ts')).instanceList,
  'instance logs': async () => (await import('./instance/logs.ts')).instanceLogs,
  'instance files': async () => (await import('./instance/files.ts')).instanceFiles,
  'instance copy': async () => (await import('./instance/copy.ts')).instanceCopy,
  'instance shell': async () => (await import('./instance/shell.ts')).instanceShell,
  'instance update': async () => (await import('./instance/update.ts')).instanceUpdate,
  'instance stop': async () => (await import('./instance/stop.ts')).instanceStop,
  'instance start': async () => (await import('./instance/start.ts')).instanceStart,
  'instance restart': async () => (await import('./instance/restart.ts')).instanceRestart,
  'instance remove': async () => (await import('./instance/remove.ts')).instanceRemove,
  'secret list': async () => (await import('./secret/list.ts')).secretList,
  'secret set': async () => (await import('./secret/set.ts')).secretSet,
  'secret remove': async () => (await import('./secret/remove.ts')).secretRemove,
  'runtime build': async () => (await import('./runtime/build.ts')).runtimeBuild,
  'runtime save': async () => (await import('./runtime/save.ts')).runtimeSave,
  'runtime load': async () => (await import('./runtime/load.ts')).runtimeLoad,
  completion: async () => (await import('./completion.ts')).completion
}

/** Loads the commands whose words begin with `prefix`; all of them if it is empty. */
export async function loadCommands(prefix = ''): Promise<ReadonlyMap<string, Command>> {
  const wanted = Object.entries(COMMANDS).filter(
    ([words]) => prefix === '' || words === prefix || words.startsWith(`${prefix} `)
  )
  return new Map(await Promise.all(wanted.map(async ([words, load]) => [words, await load()] as const)))
}
