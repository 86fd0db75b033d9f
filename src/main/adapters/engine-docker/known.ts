/** Finds every Docker of this computer: the user's contexts, and the sockets and pipes of common programs. */
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DockerFound } from '#shared/docker.ts'
import { AppError, isCancelled, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { plainText } from '#shared/text.ts'
import type { Environment } from '../host-settings.ts'
import { openDocker } from './asking.ts'
import { findEndpoint } from './connection.ts'
import { contextNames, homeFolder } from './contexts.ts'
import { shownUrl } from './endpoint.ts'
import { isPodman } from './place.ts'

interface Known {
  readonly address: string
  readonly name: string
}

/** Milliseconds to wait for an engine that hangs. */
const PATIENCE = 3000

/** `auto` first, then the chosen address, then all others. Each says whether it answers. */
export async function findDockers(
  chosen: string,
  signal?: AbortSignal,
  env: Environment = process.env
): Promise<DockerFound[]> {
  const known = [
    { address: 'auto', name: t`Automatic` },
    ...(chosen === 'auto' ? [] : [{ address: chosen, name: nameOf(chosen) }]),
    ...(await contextNames(env)).map(name => ({
      address: `context:${name}`,
      name: nameOf(`context:${name}`)
    })),
    ...(await socketsThere(env))
  ]
  const places = await Promise.all(known.map(it => placeOf(it.address, env)))
  const once = known.filter(({ address }, index) => {
    // Keep each address once. Drop a socket if an earlier entry other than Automatic has the same place, unless it is
    // chosen.
    const isFixed = address === 'auto' || known.findIndex(it => it.address === address) === index
    const isSocket = !address.startsWith('context:') && address !== 'auto' && address !== chosen
    const others = places.slice(1, index)
    return isFixed && !(isSocket && places[index] !== undefined && others.includes(places[index]))
  })
  return Promise.all(once.map(it => look(it, chosen, env, signal)))
}

function nameOf(address: string): string {
  return address.startsWith('context:')
    ? t`Docker context "${plainText(address.slice('context:'.length))}"`
    : t`Chosen address`
}

/** The same value for two addresses of one engine: links are resolved. */
async function placeOf(address: string, env: Environment): Promise<string | undefined> {
  try {
    const { url } = await findEndpoint(env, address)
    const path = /^unix:\/\/(.+)$/.exec(url)?.[1]
    return path === undefined ? url : await realpath(path)
  } catch {
    return undefined
  }
}

async function look(
  { address, name }: Known,
  chosen: string,
  env: Environment,
  signal?: AbortSignal
): Promise<DockerFound> {
  const common = { address, name, chosen: address === chosen }
  let url: string | undefined
  try {
    const connection = await openDocker(env, async () => address)
    url = plainText(shownUrl(connection.endpoint.url))
    const version = await connection.ask((docker, abortSignal) => docker.version({ abortSignal }), {
      signal,
      timeoutMs: PATIENCE
    })
    const engine = isPodman(version) ? 'Podman' : 'Docker'
    return { ...common, url, answers: true, message: `${engine} ${plainText(String(version.Version))}` }
  } catch (error) {
    if (isCancelled(error) || !(error instanceof AppError)) throw error
    const { message, hint } = reportOf(error)
    return { ...common, ...(url ? { url } : {}), answers: false, message, ...(hint ? { hint } : {}) }
  }
}

async function socketsThere(env: Environment): Promise<readonly Known[]> {
  if (process.platform === 'win32') {
    const pipes = new Set(await readdir('//./pipe/').catch(() => []))
    return knownPipes()
      .filter(([pipe]) => pipes.has(pipe))
      .map(([pipe, name]) => ({ address: `npipe:////./pipe/${pipe}`, name }))
  }
  const there = await Promise.all(
    socketsOf(env).map(async ([path, name]) => {
      const isSocket = (await stat(path).catch(() => undefined))?.isSocket()
      return isSocket ? { address: `unix://${path}`, name } : undefined
    })
  )
  return there.filter(it => it !== undefined)
}

const knownPipes = () =>
  [
    ['docker_engine', t`Docker of this computer`],
    ['dockerDesktopLinuxEngine', 'Docker Desktop'],
    ['podman-machine-default', 'Podman']
  ] as const

function socketsOf(env: Environment): readonly (readonly [path: string, name: string])[] {
  const home = homeFolder(env)
  const own = env.XDG_RUNTIME_DIR || `/run/user/${process.getuid?.()}`
  const both = [
    ['/var/run/docker.sock', t`Docker of this computer`],
    [join(home, '.docker', 'run', 'docker.sock'), 'Docker Desktop'],
    [join(home, '.colima', 'default', 'docker.sock'), 'Colima'],
    [join(home, '.rd', 'docker.sock'), 'Rancher Desktop']
  ] as const
  if (process.platform === 'darwin') {
    return [
      ...both,
      [join(home, '.orbstack', 'run', 'docker.sock'), 'OrbStack'],
      [join(home, '.local', 'share', 'containers', 'podman', 'machine', 'podman.sock'), 'Podman'],
      [join(env.TMPDIR ?? '/tmp', 'podman', 'podman-machine-default-api.sock'), 'Podman']
    ]
  }
  return [
    ...both,
    [join(home, '.docker', 'desktop', 'docker.sock'), 'Docker Desktop'],
    [join(own, 'docker.sock'), t`Docker of this user`],
    [join(own, 'podman', 'podman.sock'), t`Podman of this user`],
    ['/run/podman/podman.sock', t`Podman of this computer`]
  ]
}
