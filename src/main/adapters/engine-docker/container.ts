/** What a container of an instance is made of: its options for the Docker engine. */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type Docker from 'dockerode'
import type { RunSpec } from '#core/ports.ts'
import { CONTAINER_PORT } from '#shared/instance.ts'
import { type HandedSettings, HOST_NAME } from './handed-settings.ts'
import type { EngineTraits } from './traits.ts'

/** Folders in the container; the image agrees with them. */
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
  /** Which state folder it belongs to: several may use one engine. */
  home: 'ai.q8s.home',
  app: 'ai.q8s.app',
  version: 'ai.q8s.version',
  port: 'ai.q8s.port',
  /** ID of the process that created it. */
  starter: 'ai.q8s.starter'
} as const

export interface ContainerParts {
  readonly spec: RunSpec
  readonly image: string
  readonly home: string
  readonly traits: EngineTraits
  readonly handed: HandedSettings
  /** Folder of this computer, or name of a volume, that environments are kept in. */
  readonly envCache: { readonly type: 'bind' | 'volume'; readonly source: string }
}

const MIB = 1024 * 1024
/** Docker refuses less. */
const SMALLEST_MEMORY = 6 * MIB

/** What tells homes apart on one engine. */
export function homeOf(cacheFolder: string): string {
  return createHash('sha256').update(resolve(cacheFolder)).digest('hex').slice(0, 12)
}

/** Volume with the environments of a home's containers, where they have no folder of this computer. */
export function envVolumeName(home: string): string {
  return `q8s-envs-${home}`
}

/** Of this home: a copy of it has the same instances, and must not take the original's containers for its own. */
export function containerName(home: string, instanceId: string): string {
  return `q8s-${home}-${instanceId}`
}

export function containerOptions(parts: ContainerParts): Docker.ContainerCreateOptions {
  const { spec, handed, image, home } = parts
  const port = `${CONTAINER_PORT}/tcp`
  return {
    name: containerName(home, spec.instanceId),
    Image: image,
    ...userOf(parts.traits),
    Env: Object.entries({ ...handed.env, ...spec.env }).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [LABELS.instance]: spec.instanceId,
      [LABELS.home]: home,
      [LABELS.app]: spec.manifest.name,
      [LABELS.version]: spec.manifest.version,
      [LABELS.port]: String(spec.port),
      [LABELS.starter]: String(process.pid)
    },
    ExposedPorts: { [port]: {} },
    HostConfig: {
      PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: String(spec.port) }] },
      Mounts: mountsOf(parts),
      ...memoryOf(spec),
      ...confinementOf(parts.traits, handed),
      // The log is the run folder's; this one only holds what the launcher says before it has opened that.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
      RestartPolicy: { Name: 'no' }
    }
  }
}

/** What every container of ours may do, and reach. */
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

/** Files the app writes into mounted folders belong to the user of this computer, who can remove them then. */
export function userOf(traits: EngineTraits): { User?: string } {
  if (traits.rootless) return { User: '0:0' }
  const user = process.getuid?.()
  const group = process.getgid?.()
  return user === undefined || group === undefined ? {} : { User: `${user}:${group}` }
}

function mountsOf({ spec, handed, envCache, home }: ContainerParts): Docker.MountSettings[] {
  const mounts: Docker.MountSettings[] = [
    { Type: 'bind', Source: spec.runFolder, Target: PATHS.runFolder },
    { Type: 'bind', Source: spec.bundle.path, Target: bundleTarget(spec), ReadOnly: true },
    {
      ...{ Type: envCache.type, Source: envCache.source, Target: PATHS.envCache },
      ...(envCache.type === 'volume' && {
        VolumeOptions: { NoCopy: true, Labels: { [LABELS.home]: home }, DriverConfig: {} as never }
      })
    }
  ]
  if (spec.volumeFolder && spec.manifest.volumeMount) {
    mounts.push({ Type: 'bind', Source: spec.volumeFolder, Target: spec.manifest.volumeMount })
  }
  return [...mounts, ...mountsOfHost(handed)]
}

/** What of this computer is handed to a container: certificates, wheels. */
export function mountsOfHost(handed: HandedSettings): Docker.MountSettings[] {
  return handed.mounts.map(({ source, target }) => ({
    Type: 'bind',
    Source: source,
    Target: target,
    ReadOnly: true
  }))
}

export function bundleTarget(spec: RunSpec): string {
  return `${PATHS.bundle}/${spec.bundle.fileName}`
}

/** Swap is not added to it, so that the limit is one. */
function memoryOf(spec: RunSpec): Docker.HostConfig {
  const limit = spec.memoryLimit && Math.max(Math.floor(spec.memoryLimit), SMALLEST_MEMORY)
  const wanted = spec.memoryReservation && Math.max(Math.floor(spec.memoryReservation), SMALLEST_MEMORY)
  return {
    ...(limit ? { Memory: limit, MemorySwap: limit } : {}),
    ...(wanted ? { MemoryReservation: limit ? Math.min(wanted, limit) : wanted } : {})
  }
}
