/** Finds the Docker engine this user means, as the docker command does, and talks to it. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { AppError } from '#shared/errors.ts'
import type { Environment } from '../host-settings.ts'
import { readJson } from '../launcher-files.ts'

/** Where an engine listens, and how that was found out. */
export interface Endpoint {
  /** `unix:///…`, `npipe:////./pipe/…` or `tcp://host:port`. */
  readonly url: string
  readonly source: string
  /** Folder with ca.pem, cert.pem and key.pem, for an engine reached by TLS. */
  readonly certificates?: string | undefined
}

/** DOCKER_HOST, else DOCKER_CONTEXT, else the current context of the user's configuration, else the usual socket. */
export async function findEndpoint(env: Environment = process.env): Promise<Endpoint> {
  if (env.DOCKER_HOST) {
    const tls = env.DOCKER_TLS_VERIFY ? (env.DOCKER_CERT_PATH ?? configurationFolder(env)) : undefined
    return { url: env.DOCKER_HOST, source: 'DOCKER_HOST', certificates: tls }
  }
  const name = env.DOCKER_CONTEXT || (await currentContext(env))
  if (name && name !== 'default') return contextEndpoint(name, env)
  if (process.platform === 'win32') return { url: 'npipe:////./pipe/docker_engine', source: 'the usual pipe' }
  return { url: `unix://${await usualSocket(env)}`, source: 'the usual socket' }
}

/** The system's socket, else that of Docker Desktop or of an engine of this user's own, where one is there. */
async function usualSocket(env: Environment): Promise<string> {
  const system = '/var/run/docker.sock'
  const own = [join(configurationFolder(env), 'run', 'docker.sock')]
  if (env.XDG_RUNTIME_DIR) own.push(join(env.XDG_RUNTIME_DIR, 'docker.sock'))
  for (const path of [system, ...own]) {
    if ((await stat(path).catch(() => undefined))?.isSocket()) return path
  }
  return system
}

/** An engine of dockerode for that endpoint. Loaded here, late: it costs a fifth of a second. */
export async function connect(endpoint: Endpoint): Promise<Docker> {
  const target = await targetOf(endpoint)
  const { default: Dockerode } = await import('dockerode')
  // Every field is given: what is left out, dockerode takes from this process's own DOCKER_HOST.
  return new Dockerode({
    host: undefined,
    port: undefined,
    socketPath: undefined,
    protocol: 'http',
    ...target
  } as unknown as Docker.DockerOptions)
}

async function targetOf({ url, source, certificates }: Endpoint): Promise<object> {
  const pipe = /^(?:unix|npipe):\/\/(.+)$/.exec(url)?.[1]
  if (pipe) return { socketPath: pipe }
  const full = url.includes('://') ? url : `tcp://${url}`
  const address = URL.canParse(full) ? new URL(full) : undefined
  if (address?.protocol !== 'tcp:' && address?.protocol !== 'http:' && address?.protocol !== 'https:') {
    throw remoteEngine(url, source)
  }
  if (!/^(localhost|127\.[\d.]+|\[::1\])$/.test(address.hostname)) throw remoteEngine(url, source)
  const port = Number(address.port || (certificates ? 2376 : 2375))
  const host = address.hostname.replace(/^\[|\]$/g, '')
  if (!certificates) return { host, port, protocol: address.protocol === 'https:' ? 'https' : 'http' }
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map(name => readFile(join(certificates, name)).catch(() => undefined))
  )
  return { host, port, protocol: 'https', ca, cert, key }
}

/** Folders of this computer can only be mounted by an engine of this computer. */
function remoteEngine(url: string, source: string): AppError {
  return new AppError(
    'UNAVAILABLE',
    `The Docker engine at ${url.replace(/\/\/[^@/]*@/, '//')} (from ${source}) is not one of this computer: it cannot see its files.`,
    'Choose an engine of this computer ("docker context use default", or unset DOCKER_HOST), or run apps as processes.'
  )
}

function configurationFolder(env: Environment): string {
  return env.DOCKER_CONFIG || join(env.HOME ?? env.USERPROFILE ?? homedir(), '.docker')
}

async function currentContext(env: Environment): Promise<string | undefined> {
  const config = (await readJson(join(configurationFolder(env), 'config.json'))) as
    | { currentContext?: unknown }
    | undefined
  return typeof config?.currentContext === 'string' ? config.currentContext : undefined
}

/** Contexts are kept in folders named by the SHA-256 of their names. */
async function contextEndpoint(name: string, env: Environment): Promise<Endpoint> {
  const id = createHash('sha256').update(name).digest('hex')
  const contexts = join(configurationFolder(env), 'contexts')
  const meta = (await readJson(join(contexts, 'meta', id, 'meta.json'))) as
    | { Endpoints?: { docker?: { Host?: unknown } } }
    | undefined
  const url = meta?.Endpoints?.docker?.Host
  if (typeof url !== 'string') {
    throw new AppError(
      'UNAVAILABLE',
      `The Docker context "${name}" is chosen, but there is none of that name.`,
      'Choose another one: "docker context ls" lists them, "docker context use default" takes the usual engine.'
    )
  }
  const tls = join(contexts, 'tls', id, 'docker')
  const secured = await readFile(join(tls, 'ca.pem')).then(
    () => true,
    () => false
  )
  return { url, source: `the Docker context "${name}"`, certificates: secured ? tls : undefined }
}
