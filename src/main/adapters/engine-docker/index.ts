/** The engine that runs bundles as the platform does: each instance in a container of its own. */
import { join, resolve } from 'node:path'
import { makeFolder } from '#core/files.ts'
import type { Engine, EngineCheck, EngineStatus, RunSpec } from '#core/ports.ts'
import { AppError, isCancelled, reportOf } from '#shared/errors.ts'
import { CONTAINER_PORT } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { type Environment, installSettings, type SystemProxy, withSystemProxy } from '../host-settings.ts'
import { readLauncherState, writeLauncherConfig } from '../launcher-files.ts'
import { type ChosenAddress, type DockerConnection, openDocker } from './asking.ts'
import { shownUrl } from './connection.ts'
import { testConnection } from './connection-test.ts'
import { bundleTarget, containerName, envVolumeName, homeOf, LABELS, PATHS } from './container.ts'
import { answerStatus } from './errors.ts'
import { containerFiles } from './files.ts'
import { handSettings } from './handed-settings.ts'
import { readMetrics } from './metrics.ts'
import { notePlace, refuseElsewhere } from './place.ts'
import { imageProblem, runtimeImage } from './runtime-image.ts'
import { openShell } from './shell.ts'
import { createAndStart, inspect, refuseRunning, removeContainer } from './starting.ts'
import { readTraits } from './traits.ts'

export interface DockerEngineOptions {
  /** Folder environments are kept in, under `container-envs`; also what tells homes apart on one engine. */
  readonly cacheFolder: string
  /** Image to run in; by default the one `buildRuntimeImage` makes of the launcher that ships with this version. */
  readonly image?: string
  /** This computer's environment: where Docker is, and how packages are installed. */
  readonly env?: Environment
  readonly systemProxy?: SystemProxy | undefined
  /** Where Docker is, when that was chosen. */
  readonly address?: ChosenAddress | undefined
}

/** An engine whose containers are found again by label, whoever started them. */
export function createDockerEngine(options: DockerEngineOptions): Engine {
  const env = options.env ?? process.env
  const cacheFolder = resolve(options.cacheFolder)
  const home = homeOf(cacheFolder)
  const open = () => openDocker(env, options.address)
  const withProxy = () => withSystemProxy(env, options.systemProxy)
  const nameOf = (instanceId: string) => containerName(home, instanceId)
  const image = () => options.image ?? runtimeImage()

  return {
    kind: 'docker',
    check: signal => check(open, image, env, signal),
    start: async (spec, signal) =>
      start(await open(), { spec, image: await image(), home, cacheFolder, env: await withProxy() }, signal),
    testConnection: async signal =>
      testConnection(await open(), { image: await image(), home, env: await withProxy() }, signal),
    status: async (instanceId, runFolder, signal) =>
      status(await open(), nameOf(instanceId), runFolder, signal),
    stop: async (instanceId, runFolder, graceSeconds, signal) =>
      stop(await open(), { name: nameOf(instanceId), runFolder }, graceSeconds, signal),
    remove: async (instanceId, runFolder, signal) =>
      remove(await open(), { name: nameOf(instanceId), runFolder }, signal),
    list: async (_runs, signal) => list(await open(), home, signal),
    metrics: async (targets, signal) => readMetrics(await open(), nameOf, targets, signal),
    files: containerFiles(open, nameOf),
    openShell: async (instanceId, size, signal) => openShell(await open(), nameOf(instanceId), size, signal)
  }
}

async function check(
  open: () => Promise<DockerConnection>,
  image: () => string | Promise<string>,
  env: Environment,
  signal: AbortSignal | undefined
): Promise<EngineCheck> {
  let lookedAt = t`the configuration of the docker command`
  try {
    const connection = await open()
    lookedAt = `${shownUrl(connection.endpoint.url)} (${connection.endpoint.source})`
    const { Version } = await connection.ask((docker, abortSignal) => docker.version({ abortSignal }), {
      signal,
      timeoutMs: 5000
    })
    const name = await image()
    const problem = await imageProblem(connection, name, signal)
    const notices = await settingsNotices(env)
    const found = { lookedAt, notices, image: { name, isThere: !problem, engine: `Docker ${Version}.` } }
    if (problem) return { available: false, message: problem.message, hint: problem.hint, ...found }
    return { available: true, message: t`Docker ${Version}, image ${name}.`, ...found }
  } catch (error) {
    if (isCancelled(error) || !(error instanceof AppError)) throw error
    const { message, hint } = reportOf(error)
    return { available: false, message, hint, notices: [], lookedAt }
  }
}

async function settingsNotices(env: Environment): Promise<readonly string[]> {
  const { needsHost } = await handSettings(await installSettings(env))
  if (!needsHost || process.platform !== 'linux') return []
  return [
    t`The package index or proxy of this computer is on localhost: containers reach it only if it listens
      on the address of the Docker bridge, too.`
  ]
}

interface Start {
  readonly spec: RunSpec
  readonly image: string
  readonly home: string
  readonly cacheFolder: string
  readonly env: Environment
}

async function start(
  connection: DockerConnection,
  { spec, image, home, cacheFolder, env }: Start,
  signal?: AbortSignal
) {
  const [problem, traits, settings] = await Promise.all([
    imageProblem(connection, image, signal),
    readTraits(connection, signal),
    installSettings(env),
    refuseRunning(connection, home, spec.instanceId, signal)
  ])
  if (problem) throw problem
  const handed = await handSettings(settings)
  const folder = join(cacheFolder, 'container-envs')
  if (traits.native) await makeFolder(folder)
  const mount = spec.manifest.volumeMount
  await writeLauncherConfig(spec, {
    url: `file://${encodeURI(bundleTarget(spec)).replaceAll('#', '%23').replaceAll('?', '%3F')}`,
    appRoot: PATHS.appRoot,
    venvRoot: PATHS.venvRoot,
    envCache: PATHS.envCache,
    host: '0.0.0.0',
    port: CONTAINER_PORT,
    volume: spec.volumeFolder && mount ? { path: mount, mount } : undefined,
    constraints: PATHS.constraints,
    watchMemory: false
  })
  await notePlace(connection, spec.runFolder, signal)
  await createAndStart(
    connection,
    {
      spec,
      image,
      home,
      traits,
      handed,
      // Where the engine is in a virtual machine, a folder of this computer is slow and knows no links.
      envCache: traits.native
        ? { type: 'bind', source: folder }
        : { type: 'volume', source: envVolumeName(home) }
    },
    signal
  )
}

/** An engine that hangs says so soon: whoever looks at a list waits for it. */
const STATUS_MS = 10_000

async function status(
  connection: DockerConnection,
  name: string,
  runFolder: string,
  signal?: AbortSignal
): Promise<EngineStatus> {
  const container = await inspect(connection, name, signal, STATUS_MS)
  if (!container?.State.Running) await refuseElsewhere(connection, runFolder, signal)
  if (!container || container.State.Status === 'created') return { kind: 'absent' }
  const launcher = await readLauncherState(runFolder)
  // The launcher's own sum: asking the engine for it would take the engine a second.
  if (container.State.Running) return { kind: 'running', memoryUsed: launcher?.memoryUsed }
  return {
    kind: 'exited',
    exitCode: launcher?.exit?.exitCode ?? container.State.ExitCode,
    outOfMemory: container.State.OOMKilled || launcher?.exit?.code === 'out-of-memory'
  }
}

/** A container, and the run folder of its instance. */
interface Named {
  readonly name: string
  readonly runFolder: string
}

/** Answers that mean there is nothing to stop: it is gone, or has ended already. */
const ENDED = new Set([304, 404])

async function stop(
  connection: DockerConnection,
  { name, runFolder }: Named,
  graceSeconds: number,
  signal?: AbortSignal
): Promise<void> {
  const ended = await connection.ask(
    async (docker, abortSignal) => {
      await docker.getContainer(name).stop({ t: Math.ceil(graceSeconds), abortSignal })
      return false
    },
    {
      signal,
      timeoutMs: (graceSeconds + 30) * 1000,
      expected: error => (ENDED.has(answerStatus(error) ?? 0) ? { value: true } : undefined)
    }
  )
  if (ended) await refuseElsewhere(connection, runFolder, signal)
}

async function remove(connection: DockerConnection, { name, runFolder }: Named, signal?: AbortSignal) {
  const outcome = await removeContainer(connection, name, true, signal)
  if (outcome === 'absent') await refuseElsewhere(connection, runFolder, signal)
}

async function list(connection: DockerConnection, home: string, signal?: AbortSignal) {
  const containers = await connection.ask(
    (docker, abortSignal) =>
      docker.listContainers({ all: true, filters: { label: [`${LABELS.home}=${home}`] }, abortSignal }),
    { signal }
  )
  return containers.flatMap(({ Labels }) => Labels[LABELS.instance] ?? [])
}
