/** Finds the Docker engine this user means, as the docker command does, and talks to it. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { isLoopback } from '#shared/docker.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Environment } from '../host-settings.ts'
import { configurationFolder, contextEndpoint, currentContext } from './contexts.ts'
import { type Endpoint, shownUrl } from './endpoint.ts'

/**
 * The one that was chosen; for `auto` DOCKER_HOST, else DOCKER_CONTEXT, else the current context of the user's
 * configuration, else the usual socket.
 */
export async function findEndpoint(env: Environment = process.env, address = 'auto'): Promise<Endpoint> {
  if (address.startsWith('context:')) return contextEndpoint(address.slice('context:'.length), env)
  if (address !== 'auto') return { url: address, source: t`chosen in the settings` }
  if (env.DOCKER_HOST) {
    const tls = env.DOCKER_TLS_VERIFY ? (env.DOCKER_CERT_PATH ?? configurationFolder(env)) : undefined
    return { url: env.DOCKER_HOST, source: 'DOCKER_HOST', certificates: tls }
  }
  const name = env.DOCKER_CONTEXT || (await currentContext(env))
  if (name && name !== 'default') return contextEndpoint(name, env)
  if (process.platform === 'win32')
    return { url: 'npipe:////./pipe/docker_engine', source: t`the usual pipe` }
  return { url: `unix://${await usualSocket(env)}`, source: t`the usual socket` }
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
  if (!isLoopback(address.hostname)) throw remoteEngine(url, source)
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
    t`The Docker engine at ${shownUrl(url)} (from ${source}) is not one of this computer: it cannot see
      its files.`,
    t`Choose an engine of this computer ("q8s-cli config docker" lists them), or run apps as processes.`
  )
}
