/** Translates errors of the Docker engine and its socket into messages that say what to do. */
import { EngineUnavailable } from '#core/platform/engine-errors.ts'
import { AppError, isCancelled } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Endpoint } from './endpoint.ts'

/** HTTP status of an engine's answer. Undefined for other errors, such as a socket's. */
export function answerStatus(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode
  return typeof status === 'number' ? status : undefined
}

/** Matches the engine's two messages for a port it could not publish, and those of Docker Desktop and Podman. */
export function isPortTaken(error: unknown): boolean {
  return /port is already allocated|address already in use|ports are not available|only one usage of each socket/i.test(
    messageOf(error)
  )
}

/**
 * UNAVAILABLE with the reason, for any error of a request to the engine. AppErrors and aborts are returned unchanged.
 */
export function engineError(error: unknown, endpoint: Endpoint): unknown {
  if (error instanceof AppError || isCancelled(error)) return error
  const status = answerStatus(error)
  if (status === undefined) return unreachable(error, endpoint)
  return new AppError(
    'UNAVAILABLE',
    t`The Docker engine answered with an error: ${answerText(error)}.`,
    t`Check the log of the Docker engine, then try again.`,
    { cause: error }
  )
}

function unreachable(cause: unknown, { url, source }: Endpoint): AppError {
  const code = (cause as NodeJS.ErrnoException).code
  switch (code) {
    case 'ENOENT':
      return new EngineUnavailable(
        'absent',
        t`Docker is not installed, or not running: there is no engine at ${url} (${source}).`,
        startHint(url),
        { cause }
      )
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'UNAVAILABLE',
        t`Docker is there, but you may not use it: permission denied at ${url} (${source}).`,
        permissionHint(url),
        { cause }
      )
    case 'ECONNREFUSED':
      return new EngineUnavailable(
        'absent',
        t`Docker is not running: nothing answers at ${url} (${source}).`,
        startHint(url),
        { cause }
      )
    case 'ETIMEDOUT':
      return new EngineUnavailable(
        'silent',
        t`Docker does not answer at ${url} (${source}).`,
        t`Restart Docker, then try again.`,
        { cause }
      )
    default:
      return new AppError(
        'UNAVAILABLE',
        t`The connection to Docker at ${url} (${source}) broke: ${messageOf(cause)}.`,
        t`Check that Docker is running, then try again.`,
        { cause }
      )
  }
}

/** Sockets whose path shows which program they belong to, and how to start that program. */
const starts = (): readonly (readonly [path: RegExp, start: string])[] => [
  [/\/\.colima\//, t`Start it with "colima start".`],
  [/\/\.orbstack\//, t`Start OrbStack.`],
  [/\/\.rd\//, t`Start Rancher Desktop.`],
  [/\/\.docker\/|dockerDesktop/, t`Start Docker Desktop.`],
  [/podman-machine|podman\/machine/, t`Start it with "podman machine start".`],
  [/\/run\/podman\//, t`Start it with "sudo systemctl start podman.socket".`],
  [/\/podman\//, t`Start it with "systemctl --user start podman.socket".`],
  [/\/run\/user\/\d+\/docker\.sock$/, t`Start it with "systemctl --user start docker".`]
]

function startHint(url: string): string {
  const known = starts().find(([path]) => path.test(url))
  if (known) return known[1]
  if (process.platform === 'linux') {
    return t`Start it with "sudo systemctl start docker", install it (docs.docker.com/engine/install), or
      run apps as processes.`
  }
  return t`Start Docker Desktop, install it (docs.docker.com/desktop), or run apps as processes.`
}

function permissionHint(url: string): string {
  if (url.includes('/run/podman/')) {
    return t`Use the Podman of your own user: "systemctl --user start podman.socket".`
  }
  if (process.platform === 'linux') {
    return t`Run "sudo usermod -aG docker $USER", then log out and in again; or run apps as processes.`
  }
  if (process.platform === 'win32') {
    return t`Ask an administrator to add you to the group "docker-users", then sign out and in again.`
  }
  return t`In Docker Desktop, Settings, Advanced, allow the default Docker socket; or restart Docker Desktop.`
}

/** The engine's own message, without dockerode's "(HTTP code …) …" prefix. */
function answerText(error: unknown): string {
  const json = (error as { json?: { message?: unknown } }).json?.message
  return (typeof json === 'string' ? json : messageOf(error)).trim().replace(/\.$/, '')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error)
}
