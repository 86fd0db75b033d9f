/** Records which Docker an instance was started in: another Docker cannot say anything about it. */
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '#core/files/files.ts'
import { EngineUnavailable } from '#core/platform/engine-errors.ts'
import { t } from '#shared/language.ts'
import { readRunFile } from '../launcher-files.ts'
import type { DockerConnection } from './asking.ts'
import { shownUrl } from './endpoint.ts'

const Place = z.object({ id: z.string().max(500), url: z.string().max(1000) })

/** Recorded before a container is created; `id` comes from `identityOf`. */
export async function notePlace(connection: DockerConnection, id: string, runFolder: string): Promise<void> {
  const place: z.infer<typeof Place> = { id, url: shownUrl(connection.endpoint.url) }
  await replaceFile(join(runFolder, 'docker.json'), `${JSON.stringify(place)}\n`)
}

/**
 * EngineUnavailable with `elsewhere` if the instance was started in another Docker. Call this only if this Docker does
 * not run its container: the app can also write in its run folder.
 */
export async function refuseElsewhere(
  connection: DockerConnection,
  runFolder: string,
  signal?: AbortSignal
): Promise<void> {
  const { data: place } = Place.safeParse(await readRunFile(runFolder, 'docker.json'))
  if (!place || place.id === (await identityOf(connection, signal))) return
  // The app may have written this. It goes into a shell command only if it has no special characters.
  const url = /^[\w/.:-]+$/.test(place.url) ? place.url : undefined
  throw new EngineUnavailable(
    'elsewhere',
    url ? t`It was started in another Docker, the one at ${url}.` : t`It was started in another Docker.`,
    t`Choose that one to see and stop it: q8s-cli config setup --docker ${url ?? 'ADDRESS'}`
  )
}

/**
 * The engine's ID and the place of its data: two engines on one computer may share one of them. Podman makes up a new
 * ID for each request, so its computer's name is used instead.
 */
export async function identityOf(connection: DockerConnection, signal?: AbortSignal): Promise<string> {
  return connection.ask(
    async (docker, abortSignal) => {
      const [info, version] = await Promise.all([
        docker.info({ abortSignal }),
        docker.version({ abortSignal })
      ])
      return `${isPodman(version) ? info.Name : info.ID} ${info.DockerRootDir}`
    },
    { signal }
  )
}

export function isPodman({
  Components
}: Awaited<ReturnType<DockerConnection['docker']['version']>>): boolean {
  return Components?.some(({ Name }) => Name?.startsWith('Podman')) === true
}
