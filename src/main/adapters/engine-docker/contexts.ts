/** The contexts of the docker command: named addresses, in folders named by the SHA-256 of the context's name. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Environment } from '../host-settings.ts'
import { readJson } from '../launcher-files.ts'
import type { Endpoint } from './endpoint.ts'

/** Maximum number of contexts read: no user has more. */
const LIMIT = 50

export function configurationFolder(env: Environment): string {
  return env.DOCKER_CONFIG || join(homeFolder(env), '.docker')
}

export function homeFolder(env: Environment): string {
  return env.HOME ?? env.USERPROFILE ?? homedir()
}

export async function currentContext(env: Environment): Promise<string | undefined> {
  const config = (await readJson(join(configurationFolder(env), 'config.json'))) as
    | { currentContext?: unknown }
    | undefined
  return typeof config?.currentContext === 'string' ? config.currentContext : undefined
}

/** Names of the contexts the user made. */
export async function contextNames(env: Environment): Promise<readonly string[]> {
  const folder = join(configurationFolder(env), 'contexts', 'meta')
  const ids = (await readdir(folder).catch(() => [])).slice(0, LIMIT)
  const names = await Promise.all(
    ids.map(async id => {
      const meta = (await readJson(join(folder, id, 'meta.json'))) as { Name?: unknown } | undefined
      return typeof meta?.Name === 'string' ? meta.Name : undefined
    })
  )
  return names.filter(name => name !== undefined).sort()
}

export async function contextEndpoint(name: string, env: Environment): Promise<Endpoint> {
  const id = createHash('sha256').update(name).digest('hex')
  const contexts = join(configurationFolder(env), 'contexts')
  const meta = (await readJson(join(contexts, 'meta', id, 'meta.json'))) as
    | { Endpoints?: { docker?: { Host?: unknown } } }
    | undefined
  const url = meta?.Endpoints?.docker?.Host
  if (typeof url !== 'string') {
    throw new AppError(
      'UNAVAILABLE',
      t`The Docker context "${name}" is chosen, but there is none of that name.`,
      t`List them with "q8s-cli config docker", and choose one: q8s-cli config setup --docker auto`
    )
  }
  const tls = join(contexts, 'tls', id, 'docker')
  const secured = await readFile(join(tls, 'ca.pem')).then(
    () => true,
    () => false
  )
  return { url, source: t`the Docker context "${name}"`, certificates: secured ? tls : undefined }
}
