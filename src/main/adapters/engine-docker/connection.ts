/** Finds the user's Docker engine as the docker command does, and connects to it. */
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
 * The chosen engine. For `auto`: DOCKER_HOST, else DOCKER_CONTEXT, else the current context of the user's
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

/** The system's socket, else the socket of Docker Desktop or of the user's own engine, if one exists. */
async function usualSocket(env: Environment): Promise<string> {
  const system = '/var/run/docker.sock'
  const own = [join(configurationFolder(env), 'run', 'docker.sock')]
  if (env.XDG_RUNTIME_DIR) own.push(join(env.XDG_RUNTIME_DIR, 'docker.sock'))
  for (const path of [system, ...own]) {
    if ((await stat(path).catch(() => undefined))?.isSocket()) return path
  }
  return system
}

/** A dockerode client for that endpoint. dockerode is loaded here, at the first use: that takes 0.2 seconds. */
export async function connect(endpoint: Endpoint): Promise<Docker> {
  const target = await targetOf(endpoint)
  const { default: Dockerode } = await import('dockerode')
  // Set every field: dockerode takes missing ones from this process's DOCKER_HOST.
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

/** Only an engine on this computer can mount folders of this computer. */
function remoteEngine(url: string, source: string): AppError {
  return new AppError(
    'UNAVAILABLE',
    t`The Docker engine at ${shownUrl(url)} (from ${source}) is not one of this computer: it cannot see
      its files.`,
    t`Choose an engine of this computer ("q8s-cli config docker" lists them), or run apps as processes.`
  )
}
