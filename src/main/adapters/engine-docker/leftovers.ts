/** Unused items of this home in Docker, by label: containers of removed instances, environments, runtime images. */
import type Docker from 'dockerode'
import { inUse } from '#core/clean-up/leftovers.ts'
import type { LeftoverPlace } from '#core/ports.ts'
import { isCancelled } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Leftover } from '#shared/upkeep.ts'
import type { Environment } from '../host-settings.ts'
import { type ChosenAddress, type DockerConnection, openDocker } from './asking.ts'
import { homeOf, LABELS } from './container.ts'
import { answerStatus } from './errors.ts'
import { listEnvironments, removeLeftoverEnvironment } from './leftover-environments.ts'
import { REPOSITORY, RUNTIME_LABEL, runtimeImage } from './runtime-image.ts'
import { environmentsSite } from './settling.ts'

export interface DockerLeftoversOptions {
  readonly cacheFolder: string
  readonly env?: Environment
  readonly address?: ChosenAddress | undefined
  /**
   * Which of these instances have a record. Called after the containers were listed, because a record is committed
   * first.
   */
  readonly recorded: (ids: readonly string[]) => Promise<ReadonlySet<string>>
  /** Whether instances of this home ran in Docker: only then is it an error that Docker does not answer. */
  readonly isUsed: () => Promise<boolean>
}

type ContainerInfo = Docker.ContainerInfo & { readonly SizeRw?: number }
type ImageInfo = Docker.ImageInfo

/** Maximum milliseconds to wait for an engine that does not answer. */
const PATIENCE = 10_000
/** Milliseconds after which a return to another version of q8s is unlikely. */
const OLD = 14 * 24 * 3_600_000
const ENVIRONMENT = 'environment-'
const STOPPED = new Set(['exited', 'dead', 'created'])

export function dockerPlace(options: DockerLeftoversOptions): LeftoverPlace {
  const { cacheFolder, env, address, recorded, isUsed } = options
  const home = homeOf(cacheFolder)

  async function containers(connection: DockerConnection, signal?: AbortSignal): Promise<ContainerInfo[]> {
    const filters = { label: [`${LABELS.home}=${home}`] }
    const all = (await connection.ask(
      (docker, abortSignal) => docker.listContainers({ all: true, size: true, filters, abortSignal }),
      { signal, timeoutMs: PATIENCE }
    )) as ContainerInfo[]
    const known = await recorded(all.flatMap(({ Labels }) => Labels[LABELS.instance] ?? []))
    return all.filter(({ Labels, State }) => {
      const instance = Labels[LABELS.instance]
      return STOPPED.has(State) && instance !== undefined && !known.has(instance)
    })
  }

  return {
    name: t`containers, environments and images of Docker`,
    async list(signal) {
      try {
        const connection = await openDocker(env, address)
        const site = await environmentsSite(connection, cacheFolder, signal)
        const environments = await listEnvironments(site, cacheFolder, signal)
        const [old, images] = await Promise.all([
          containers(connection, signal),
          oldImages(connection, signal)
        ])
        return [
          ...old.map(containerLeftover),
          ...images.map(imageLeftover),
          ...environments.map(it => ({ ...it, id: `${ENVIRONMENT}${it.id}` }))
        ]
      } catch (error) {
        if (isCancelled(error) || (await isUsed())) throw error
        return []
      }
    },
    async remove(id) {
      const connection = await openDocker(env, address)
      const [kind, name = ''] = id.split(/-(.*)/s)
      if (kind === 'container') {
        const free = (await containers(connection)).some(({ Id }) => Id === name)
        await removeFree(connection, docker => docker.getContainer(name), free)
      } else if (kind === 'image') {
        const free = (await oldImages(connection)).some(({ Id }) => Id === name)
        await removeFree(connection, docker => docker.getImage(name), free)
      } else {
        const site = await environmentsSite(connection, cacheFolder)
        await removeLeftoverEnvironment(site, cacheFolder, id.replace(ENVIRONMENT, ''))
      }
    }
  }
}

interface Removable {
  inspect(): Promise<unknown>
  remove(): Promise<unknown>
}

/** Never forced: the engine itself refuses to remove what has come into use. */
async function removeFree(
  connection: DockerConnection,
  find: (docker: DockerConnection['docker']) => Removable,
  free: boolean
): Promise<void> {
  const outcome = await connection.ask<'there' | 'gone'>(
    async docker => {
      const it = find(docker)
      await (free ? it.remove() : it.inspect())
      return free ? 'gone' : 'there'
    },
    {
      expected(error) {
        const status = answerStatus(error)
        if (status === 404) return { value: 'gone' }
        if (status === 409) throw inUse(t`What Docker holds`)
        return undefined
      }
    }
  )
  if (outcome === 'there') throw inUse(t`What Docker holds`)
}
/** Runtime images that are not the current one, that no container uses, and that have no other name. */
async function oldImages(connection: DockerConnection, signal?: AbortSignal): Promise<ImageInfo[]> {
  const now = await runtimeImage()
  const options = { signal, timeoutMs: PATIENCE }
  const [images, all] = await Promise.all([
    connection.ask(
      (docker, abortSignal) =>
        docker.listImages({
          filters: { label: [RUNTIME_LABEL] },
          'shared-size': true,
          abortSignal
        } as object),
      options
    ),
    connection.ask((docker, abortSignal) => docker.listContainers({ all: true, abortSignal }), options)
  ])
  const used = new Set(all.map(({ ImageID }) => ImageID))
  const names = ({ RepoTags }: ImageInfo) => (RepoTags ?? []).filter(tag => tag !== '<none>:<none>')
  return images.filter(
    image =>
      !used.has(image.Id) &&
      !names(image).includes(now) &&
      names(image).every(tag => tag.startsWith(`${REPOSITORY}:`))
  )
}

function containerLeftover({ Id, Labels, SizeRw = 0, Created }: ContainerInfo): Leftover {
  return {
    id: `container-${Id}`,
    kind: 'container',
    title: `${Labels[LABELS.app] ?? t`Container`} ${Labels[LABELS.version] ?? Id.slice(0, 12)}`,
    size: SizeRw,
    usedAt: new Date(Created * 1000).toISOString(),
    proposed: true
  }
}

function imageLeftover({ Id, RepoTags, Size, SharedSize, Created }: ImageInfo): Leftover {
  return {
    id: `image-${Id}`,
    kind: 'image',
    title: RepoTags?.find(tag => tag !== '<none>:<none>') ?? Id.replace('sha256:', '').slice(0, 12),
    // Layers shared with other images stay.
    size: Math.max(0, Size - Math.max(0, SharedSize ?? 0)),
    usedAt: new Date(Created * 1000).toISOString(),
    proposed: Date.now() - Created * 1000 > OLD
  }
}
