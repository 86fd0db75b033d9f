/** The engine that needs only Python: it runs the launcher as a plain, detached process of this computer. */
import { execFile } from 'node:child_process'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeFolder } from '#core/files/files.ts'
import { resourcePath } from '#core/host/resources.ts'
import type { ConnectionTest, Engine, EngineCheck, EngineStatus, RunSpec } from '#core/ports.ts'
import { reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { readConnectionTest, TEST_CONNECTION, TEST_CONNECTION_MS } from '../connection-test.ts'
import { alreadyRunning, portTaken } from '../engine-conflicts.ts'
import { listHostFolder, openHostFile } from '../host-files.ts'
import { type Environment, processEnvironment, type SystemProxy, withSystemProxy } from '../host-settings.ts'
import { readLauncherState, writeLauncherConfig } from '../launcher-files.ts'
import { endInstance, killLauncher } from './ending.ts'
import { becomesFree } from './free-port.ts'
import { launch, untilRunning } from './launching.ts'
import { findLaunchers, hasLauncher, INSTANCE_VARIABLE, isLauncher } from './processes.ts'
import { type Python, pythonCommands, pythonOfHome } from './python.ts'
import { createMetricsReader } from './usage.ts'

export interface ProcessEngineOptions {
  /** Folder for virtual environments, under `envs`. All instances of this home share it. */
  readonly cacheFolder: string
  /** This computer's environment. Only an allowed part of it reaches an app. */
  readonly env?: Environment
  readonly systemProxy?: SystemProxy | undefined
  /** Command of the Python to use, e.g. `['/usr/bin/python3.11']`. By default it is searched for. */
  readonly pythonCommand?: readonly string[]
}

/** Notices shown for each run. The differences are only shown on request. */
const runNotices = () => [
  t`It runs as an ordinary process, with this computer's Python and your permissions. If it goes over its
    memory limit, it is ended shortly after.`
]

const differences = () => [
  t`Nothing keeps apps apart: one can read and change all files of this user, also the secrets and packages of the
    other apps, and reach whatever this computer reaches. Run only apps you trust, or use Docker.`,
  t`Apps run with the Python, the libraries and the rights of this computer, not with those of the platform.`,
  t`A memory limit is kept by watching the app and ending it, not by the kernel: short peaks may exceed it.`,
  t`An app finds its volume in a folder of this computer, whose path is in the variable APP_VOLUME, not
    at VolumeMount.`,
  t`There are no folders /app and /resources: apps that name them by absolute path need Docker.`
]

/** An engine whose instances outlive the process that started them. */
export function createProcessEngine(options: ProcessEngineOptions): Engine {
  const env = options.env ?? process.env
  const withProxy = () => withSystemProxy(env, options.systemProxy)
  const commands = options.pythonCommand ? [options.pythonCommand] : pythonCommands()
  const envCache = resolve(options.cacheFolder, 'envs')
  const python = () => pythonOfHome(options.cacheFolder, env, commands)

  return {
    kind: 'process',
    check: () => check(python, t`the commands ${commands.map(words => words.join(' ')).join(', ')}`),
    start: async (spec, signal) => start(spec, await python(), { env: await withProxy(), envCache }, signal),
    testConnection: async signal => testConnection(await python(), await withProxy(), signal),
    status: (_instanceId, runFolder) => status(resolve(runFolder)),
    stop: (instanceId, runFolder, graceSeconds, signal) =>
      endInstance({ instanceId, runFolder: resolve(runFolder), graceSeconds }, signal),
    remove: (instanceId, runFolder, signal) =>
      endInstance({ instanceId, runFolder: resolve(runFolder), graceSeconds: 0 }, signal),
    list: runs => list(resolve(runs)),
    metrics: createMetricsReader(isLauncher),
    files: {
      list: ({ runFolder }, parts, signal) => listHostFolder(appRootOf(runFolder), parts, signal),
      open: ({ runFolder }, parts) => openHostFile(appRootOf(runFolder), parts)
    }
  }
}

function appRootOf(runFolder: string): string {
  return join(resolve(runFolder), 'app')
}

async function check(python: () => Promise<Python>, lookedAt: string): Promise<EngineCheck> {
  const known = { notices: runNotices(), differences: differences(), lookedAt }
  try {
    const found = await python()
    return { available: true, message: t`Python ${found.version} at ${found.executable}.`, ...known }
  } catch (error) {
    const { message, hint } = reportOf(error)
    return { available: false, message, hint, ...known }
  }
}

async function start(
  spec: RunSpec,
  python: Python,
  home: { readonly env: Environment; readonly envCache: string },
  signal: AbortSignal | undefined
): Promise<void> {
  const runFolder = resolve(spec.runFolder)
  signal?.throwIfAborted()
  const before = await readLauncherState(runFolder)
  // A launcher that another host starts at this moment is missed here. The lock then ends the new one.
  if (await hasLauncher(runFolder, before?.pid)) throw alreadyRunning(spec.instanceId)
  if (!(await becomesFree(spec.port, signal))) throw portTaken(spec.port)
  await makeFolder(home.envCache)
  await writeLauncherConfig(spec, {
    url: pathToFileURL(spec.bundle.path).href,
    appRoot: appRootOf(runFolder),
    envCache: home.envCache,
    host: '127.0.0.1',
    port: spec.port,
    volume: volumeOf(spec),
    constraints: resourcePath('runtime/constraints.txt'),
    watchMemory: true
  })
  signal?.throwIfAborted()
  const child = await launch(python, runFolder, {
    ...processEnvironment(home.env),
    ...spec.env,
    [INSTANCE_VARIABLE]: spec.instanceId
  })
  try {
    await untilRunning(child, spec, before, signal)
  } catch (error) {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      await killLauncher(child.pid)
    }
    throw error
  }
  child.removeAllListeners()
  child.unref()
}

function testConnection(python: Python, env: Environment, signal?: AbortSignal): Promise<ConnectionTest> {
  const options = {
    cwd: resourcePath('runtime'),
    env: processEnvironment(env),
    timeout: TEST_CONNECTION_MS,
    windowsHide: true,
    ...(signal && { signal })
  }
  return new Promise((resolve, reject) => {
    execFile(python.executable, [...TEST_CONNECTION], options, (error, stdout, stderr) => {
      if (signal?.aborted) return reject(signal.reason)
      try {
        resolve(readConnectionTest(error ? stderr : stdout))
      } catch (unread) {
        reject(unread)
      }
    })
  })
}

function volumeOf(spec: RunSpec): { path: string; mount: string } | undefined {
  const mount = spec.manifest.volumeMount
  return spec.volumeFolder && mount ? { path: resolve(spec.volumeFolder), mount } : undefined
}

/**
 * The process list decides whether it runs: a launcher may not have written its state yet, and an app can write any
 * state.
 */
async function status(runFolder: string): Promise<EngineStatus> {
  const state = await readLauncherState(runFolder)
  if (await hasLauncher(runFolder, state?.pid)) return { kind: 'running', memoryUsed: state?.memoryUsed }
  if (!state) return { kind: 'absent' }
  return {
    kind: 'exited',
    exitCode: state.exit?.exitCode,
    outOfMemory: state.exit?.code === 'out-of-memory'
  }
}

/** Instances whose launchers are alive. Run folders are not read, because an app can write there. */
async function list(runs: string): Promise<readonly string[]> {
  const ours = (await findLaunchers()).filter(({ runFolder }) => dirname(runFolder) === runs)
  return [...new Set(ours.map(({ runFolder }) => basename(runFolder)))]
}
