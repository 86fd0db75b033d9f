/** Which Docker an instance was started in: another one, that knows nothing of it, says nothing about it. */
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
 * EngineUnavailable, `elsewhere`, when the instance was started in another Docker than this one. To be asked only
 * where this one runs no such container: the app may write in its run folder, too.
 */
export async function refuseElsewhere(
  connection: DockerConnection,
  runFolder: string,
  signal?: AbortSignal
): Promise<void> {
  const { data: place } = Place.safeParse(await readRunFile(runFolder, 'docker.json'))
  if (!place || place.id === (await identityOf(connection, signal))) return
  // The app may have written this, too: it becomes part of a command only where a shell reads it as it is.
  const url = /^[\w/.:-]+$/.test(place.url) ? place.url : undefined
  throw new EngineUnavailable(
    'elsewhere',
    url ? t`It was started in another Docker, the one at ${url}.` : t`It was started in another Docker.`,
    t`Choose that one to see and stop it: q8s-cli config setup --docker ${url ?? 'ADDRESS'}`
  )
}

/**
 * Where its data are, and its ID: two of one computer may share that. Podman makes up a new ID for each question, so
 * there it is its computer's name.
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
