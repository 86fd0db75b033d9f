/** The Docker engine: runs bundles as the platform does, each instance in its own container. */
import { resolve } from 'node:path'
import type { Engine, EngineCheck, EngineStatus, RunSpec } from '#core/ports.ts'
import { AppError, isCancelled, reportOf } from '#shared/errors.ts'
import { CONTAINER_PORT } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { type Environment, installSettings, type SystemProxy, withSystemProxy } from '../host-settings.ts'
import { type LauncherPlace, readLauncherState, writeLauncherConfig } from '../launcher-files.ts'
import { type ChosenAddress, type DockerConnection, openDocker } from './asking.ts'
import { environmentFor } from './building.ts'
import { testConnection } from './connection-test.ts'
import { bundleUrl, containerName, homeOf, LABELS, PATHS } from './container.ts'
import { shownUrl } from './endpoint.ts'
import { answerStatus } from './errors.ts'
import { containerFiles } from './files.ts'
import { handSettings } from './handed-settings.ts'
import { readMetrics } from './metrics.ts'
import { networkOfApps } from './network.ts'
import { isPodman, notePlace, refuseElsewhere } from './place.ts'
import { imageId, imageProblem, runtimeImage } from './runtime-image.ts'
import { environmentsSite, settle, settleBuilders } from './settling.ts'
import { openShell } from './shell.ts'
import { createAndStart, inspect, refuseRunning, removeContainer } from './starting.ts'

export interface DockerEngineOptions {
  /**
   * Folder for environments, under `container-environments`. It also identifies the home among others on one engine.
   */
  readonly cacheFolder: string
  /** Image to run in. The default is the image that `buildRuntimeImage` makes of the launcher in this version. */
  readonly image?: string
  /** This computer's environment: where Docker is, and how packages are installed. */
  readonly env?: Environment
  readonly systemProxy?: SystemProxy | undefined
  /** Docker's address, if the user chose one. */
  readonly address?: ChosenAddress | undefined
}

/** An engine that finds its containers again by label, no matter which process started them. */
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
    async stop(instanceId, runFolder, graceSeconds, signal) {
      const connection = await open()
      await stop(connection, { name: nameOf(instanceId), runFolder }, graceSeconds, signal)
      await settleBuilders(connection, cacheFolder)
    },
    async remove(instanceId, runFolder, signal) {
      const connection = await open()
      await remove(connection, { name: nameOf(instanceId), runFolder }, signal)
      await settleBuilders(connection, cacheFolder)
    },
    async list(_runs, signal) {
      const connection = await open()
      // Ends the builders of hosts that were killed.
      await settle(await environmentsSite(connection, cacheFolder, signal))
      return list(connection, home, signal)
    },
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
    const version = await connection.ask((docker, abortSignal) => docker.version({ abortSignal }), {
      signal,
      timeoutMs: 5000
    })
    const { Version } = version
    const name = await image()
    const problem = await imageProblem(connection, name, signal)
    const notices = await settingsNotices(env)
    const differences = differencesOf(isPodman(version))
    const found = {
      lookedAt,
      notices,
      differences,
      image: { name, isThere: !problem, engine: `Docker ${Version}.` }
    }
    if (problem) return { available: false, message: problem.message, hint: problem.hint, ...found }
    return { available: true, message: t`Docker ${Version}, image ${name}.`, ...found }
  } catch (error) {
    if (isCancelled(error) || !(error instanceof AppError)) throw error
    const { message, hint } = reportOf(error)
    return { available: false, message, hint, notices: [], lookedAt }
  }
}

const differencesOf = (podman: boolean) => [
  t`The packages of an app are installed before it starts, in a container of their own, without its secrets. The app
    can read them, not change them: to install more while it runs, it needs another folder (pip install --target).`,
  podman
    ? t`Podman run as root: apps can reach each other over its network.`
    : t`Apps cannot reach each other.`,
  t`Apps can reach programs of this computer that listen on all of its addresses. Only a firewall of this computer
    can change that: let such programs listen on 127.0.0.1.`
]

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

/** How often a start tries again if an environment was removed while its container was created. */
const ATTEMPTS = 5

async function start(
  connection: DockerConnection,
  { spec, image, home, cacheFolder, env }: Start,
  signal?: AbortSignal
) {
  const [id, network, site, handed] = await Promise.all([
    imageId(connection, image, signal),
    networkOfApps(connection, signal),
    environmentsSite(connection, cacheFolder, signal),
    installSettings(env).then(handSettings),
    refuseRunning(connection, home, spec.instanceId, signal),
    // Environments that builders have completed since then can be used now.
    settleBuilders(connection, cacheFolder)
  ])
  const problem = id === undefined && (await imageProblem(connection, image, signal))
  if (problem) throw problem
  await notePlace(connection, site.place, spec.runFolder)
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const environment = await environmentFor(site, { spec, image: id ?? image, handed, network }, signal)
    await writeLauncherConfig(spec, placeInContainer(spec, environment?.mount.root))
    const parts = { spec, image, home, traits: site.traits, handed, network, environment: environment?.mount }
    try {
      if (await createAndStart(connection, parts, environment, signal)) return
    } catch (error) {
      // Perhaps no app waits for the builder now.
      await environment?.abandon().catch(() => undefined)
      await settleBuilders(connection, cacheFolder).catch(() => undefined)
      throw error
    }
  }
  throw new AppError('CONFLICT', t`The app's packages were removed each time it started.`, t`Start it again.`)
}

function placeInContainer(spec: RunSpec, environment: string | undefined): LauncherPlace {
  const mount = spec.manifest.volumeMount
  return {
    url: bundleUrl(spec),
    appRoot: PATHS.appRoot,
    venvRoot: PATHS.venvRoot,
    envCache: PATHS.envCache,
    environment,
    envFromStdin: true,
    host: '0.0.0.0',
    port: CONTAINER_PORT,
    volume: spec.volumeFolder && mount ? { path: mount, mount } : undefined,
    constraints: PATHS.constraints,
    watchMemory: false
  }
}

/** Milliseconds until an engine that hangs is reported: a list waits for its answer. */
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
  // Use the sum from the launcher: the engine would take a second to compute it.
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

/** Status codes that mean there is nothing to stop: the container is gone or has already ended. */
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
