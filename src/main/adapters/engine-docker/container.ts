/** The options for an instance's container. */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type Docker from 'dockerode'
import type { RunSpec } from '#core/ports.ts'
import { CONTAINER_PORT } from '#shared/instance.ts'
import { type HandedSettings, HOST_NAME } from './handed-settings.ts'
import { INPUT_OPTIONS } from './input.ts'
import type { EngineTraits } from './traits.ts'

/** Folders in the container. The image uses the same paths. */
export const PATHS = {
  runFolder: '/run/q8s',
  bundle: '/qz',
  appRoot: '/app',
  venvRoot: '/resources',
  envCache: '/resources-cache',
  constraints: '/runtime/constraints.txt'
} as const

export const LABELS = {
  instance: 'ai.q8s.instance',
  /** The state folder it belongs to: several may use one engine. */
  home: 'ai.q8s.home',
  app: 'ai.q8s.app',
  version: 'ai.q8s.version',
  port: 'ai.q8s.port',
  /** ID of the process that created it. */
  starter: 'ai.q8s.starter',
  /** Name of the environment that an app uses or a builder makes. */
  environment: 'ai.q8s.environment',
  /** For containers that do not run an app: `key`, `build` or `test`. */
  role: 'ai.q8s.role',
  /** Digest of the start that a builder works for. */
  start: 'ai.q8s.start'
} as const

/** This log only holds output of the launcher itself: an app's log is in the run folder. */
export const LOG_CONFIG: Docker.HostConfig['LogConfig'] = {
  Type: 'json-file',
  Config: { 'max-size': '1m', 'max-file': '1' }
}

/** The only environment a container gets: a folder of this computer, or a volume. */
export interface EnvironmentMount {
  readonly type: 'bind' | 'volume'
  readonly source: string
  /** The host's name for it. */
  readonly name: string
  /** Its path in the container, below PATHS.envCache. */
  readonly root: string
}

export interface ContainerParts {
  readonly spec: RunSpec
  readonly image: string
  readonly home: string
  readonly traits: EngineTraits
  readonly handed: HandedSettings
  /** Undefined if the launcher should report why there is none. */
  readonly environment: EnvironmentMount | undefined
  /** The engine's usual network if undefined. */
  readonly network: string | undefined
}

const MIB = 1024 * 1024
/** Docker refuses smaller limits. */
const SMALLEST_MEMORY = 6 * MIB

/** Identifies a home among several on one engine. */
export function homeOf(cacheFolder: string): string {
  return createHash('sha256').update(resolve(cacheFolder)).digest('hex').slice(0, 12)
}

/** Includes the home: a copy of a home has the same instance IDs, and must not take over the original's containers. */
export function containerName(home: string, instanceId: string): string {
  return `q8s-${home}-${instanceId}`
}

export function containerOptions(parts: ContainerParts): Docker.ContainerCreateOptions {
  const { spec, handed, image, home, environment, network } = parts
  const port = `${CONTAINER_PORT}/tcp`
  return {
    name: containerName(home, spec.instanceId),
    Image: image,
    ...userOf(parts.traits),
    // The app's variables hold secrets, so they are not part of the configuration.
    ...INPUT_OPTIONS,
    Labels: {
      [LABELS.instance]: spec.instanceId,
      [LABELS.home]: home,
      [LABELS.app]: spec.manifest.name,
      [LABELS.version]: spec.manifest.version,
      [LABELS.port]: String(spec.port),
      [LABELS.starter]: String(process.pid),
      ...(environment ? { [LABELS.environment]: environment.name } : {})
    },
    ExposedPorts: { [port]: {} },
    HostConfig: {
      PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: String(spec.port) }] },
      Mounts: mountsOf(parts),
      ...memoryOf(spec),
      ...confinementOf(parts.traits, handed),
      ...(network === undefined ? {} : { NetworkMode: network }),
      LogConfig: LOG_CONFIG,
      RestartPolicy: { Name: 'no' }
    }
  }
}

/** Restrictions for all our containers. */
export function confinementOf(traits: EngineTraits, handed: HandedSettings): Docker.HostConfig {
  return {
    PidsLimit: 4096,
    Privileged: false,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges', ...(traits.selinux ? ['label=disable'] : [])],
    ...(traits.mapsUsers ? { UsernsMode: 'host' } : {}),
    ...(handed.needsHost && traits.native ? { ExtraHosts: [`${HOST_NAME}:host-gateway`] } : {})
  }
}

/** The app's files in mounted folders must belong to the user of this computer, so that the user can remove them. */
export function userOf(traits: EngineTraits): { User?: string } {
  if (traits.rootless) return { User: '0:0' }
  const user = process.getuid?.()
  const group = process.getgid?.()
  return user === undefined || group === undefined ? {} : { User: `${user}:${group}` }
}

/** The app's variables, which its launcher reads from standard input. */
export function inputOf({ spec, handed }: ContainerParts): Readonly<Record<string, string>> {
  return { ...handed.env, ...spec.env }
}

function mountsOf({ spec, handed, environment, home }: ContainerParts): Docker.MountSettings[] {
  const mounts: Docker.MountSettings[] = [
    { Type: 'bind', Source: spec.runFolder, Target: PATHS.runFolder },
    bundleMount(spec)
  ]
  if (environment) {
    const labels = { [LABELS.home]: home, [LABELS.environment]: environment.name }
    mounts.push(mountOfEnvironment(environment, true, labels))
  }
  if (spec.volumeFolder && spec.manifest.volumeMount) {
    mounts.push({ Type: 'bind', Source: spec.volumeFolder, Target: spec.manifest.volumeMount })
  }
  return [...mounts, ...mountsOfHost(handed)]
}

/** `labels` are for a volume that this mount creates. */
export function mountOfEnvironment(
  { type, source }: EnvironmentMount,
  readOnly: boolean,
  labels: Readonly<Record<string, string>> = {}
): Docker.MountSettings {
  return {
    ...{ Type: type, Source: source, Target: PATHS.envCache, ReadOnly: readOnly },
    // Without NoCopy a new volume gets the permissions of the image's folder: any user can write to it.
    ...(type === 'volume' && {
      VolumeOptions: { NoCopy: readOnly, Labels: { ...labels }, DriverConfig: {} as never }
    })
  }
}

export function bundleMount(spec: RunSpec): Docker.MountSettings {
  return { Type: 'bind', Source: spec.bundle.path, Target: bundleTarget(spec), ReadOnly: true }
}

/** Files of this computer that a container gets: certificates and wheels. */
export function mountsOfHost(handed: HandedSettings): Docker.MountSettings[] {
  return handed.mounts.map(({ source, target }) => ({
    Type: 'bind',
    Source: source,
    Target: target,
    ReadOnly: true
  }))
}

function bundleTarget(spec: RunSpec): string {
  return `${PATHS.bundle}/${spec.bundle.fileName}`
}

export function bundleUrl(spec: RunSpec): string {
  return `file://${encodeURI(bundleTarget(spec)).replaceAll('#', '%23').replaceAll('?', '%3F')}`
}

/** Swap does not add to the limit, so that the limit is effective. */
export function memoryOf(spec: RunSpec): Docker.HostConfig {
  const limit = spec.memoryLimit && Math.max(Math.floor(spec.memoryLimit), SMALLEST_MEMORY)
  const wanted = spec.memoryReservation && Math.max(Math.floor(spec.memoryReservation), SMALLEST_MEMORY)
  return {
    ...(limit ? { Memory: limit, MemorySwap: limit } : {}),
    ...(wanted ? { MemoryReservation: limit ? Math.min(wanted, limit) : wanted } : {})
  }
}
