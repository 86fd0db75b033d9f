/** Creates and starts a container: either it runs, or nothing of it is left. */
import type Docker from 'dockerode'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { alreadyRunning, portTaken } from '../engine-conflicts.ts'
import { launcherFailed, readLauncherState, untilFirstState } from '../launcher-files.ts'
import { isAlive } from '../process-alive.ts'
import type { DockerConnection } from './asking.ts'
import { type ContainerParts, containerName, containerOptions, inputOf, LABELS } from './container.ts'
import { answerStatus, isPortTaken } from './errors.ts'
import { startWithInput } from './input.ts'

/** Milliseconds after which a container that was created but not started counts as left behind. */
const START_PATIENCE_MS = 60_000

/** CONFLICT if the instance has a container that runs or is being started. A container that has ended is removed. */
export async function refuseRunning(
  connection: DockerConnection,
  home: string,
  instanceId: string,
  signal?: AbortSignal
): Promise<void> {
  const found = await inspect(connection, containerName(home, instanceId), signal)
  if (!found) return
  if (found.State.Running || isBeingStarted(found)) throw alreadyRunning(instanceId)
  // Remove it by its ID, and only if it does not run: another start may have just begun.
  if (!(await removeById(connection, found.Id, false, signal))) throw alreadyRunning(instanceId)
}

export function isBeingStarted({ State, Created, Config }: Docker.ContainerInspectInfo): boolean {
  const age = Date.now() - Date.parse(Created)
  const starter = Number(Config.Labels[LABELS.starter])
  return State.Status === 'created' && age >= 0 && age < START_PATIENCE_MS && isAlive(starter)
}

/** The environment of a container that is being started. */
export interface StartedEnvironment {
  /** False if it was removed. */
  isThere(): Promise<boolean>
  /**
   * Called once the container exists: its label shows that the environment is in use. False if the environment is gone.
   */
  begin(): Promise<boolean>
  /** Called once the app's launcher runs. Rejects if the environment's builder could not be started. */
  taken(): Promise<void>
}

/**
 * Resolves with true once the launcher in the container has written its first state, or with false if its environment
 * is gone. CONFLICT if the port or name is taken. UNAVAILABLE if the engine stops answering: a container that it still
 * has is found by name later.
 */
export async function createAndStart(
  connection: DockerConnection,
  parts: ContainerParts,
  environment: StartedEnvironment | undefined,
  signal?: AbortSignal
): Promise<boolean> {
  const { port, runFolder } = parts.spec
  const before = await readLauncherState(runFolder)
  signal?.throwIfAborted()
  const id = await create(connection, parts).catch(async error => {
    // Docker refuses to mount a folder that does not exist.
    if (environment && !(await environment.isThere())) return undefined
    throw error
  })
  if (id === undefined) return false
  try {
    signal?.throwIfAborted()
    if (environment && !(await environment.begin())) {
      await removeById(connection, id, true)
      return false
    }
    await startWithInput(connection, id, inputOf(parts), error => {
      if (isPortTaken(error)) throw portTaken(port, error)
      if (answerStatus(error) === 400) throw refused(error)
      return undefined
    })
    const ended = async () => !(await inspect(connection, id))?.State.Running
    const state = await untilFirstState(runFolder, before, ended, signal)
    if (!state && (await ended())) throw launcherFailed(await lastLinesOf(connection, id))
    await environment?.taken()
    return true
  } catch (error) {
    // If the engine itself is gone, this fails too. The first error is the one that says why.
    await removeById(connection, id, true).catch(() => undefined)
    throw error
  }
}

/** Has no signal: after an abort the engine would still create the container, and no process would know about it. */
async function create(connection: DockerConnection, parts: ContainerParts): Promise<string> {
  const { id } = await connection.ask(
    (docker, abortSignal) => docker.createContainer({ ...containerOptions(parts), abortSignal }),
    {
      expected: error => {
        const status = answerStatus(error)
        if (status === 409) throw alreadyRunning(parts.spec.instanceId)
        if (status === 400) throw refused(error)
        return undefined
      }
    }
  )
  return id
}

/** Takes an ID or name; resolves when the container is gone. False if it runs and `force` is not set. */
export async function removeById(
  connection: DockerConnection,
  id: string,
  force: boolean,
  signal?: AbortSignal
): Promise<boolean> {
  return (await removeContainer(connection, id, force, signal)) !== 'runs'
}

/** Takes an ID or name, and with `force` also removes a running container. Resolves when it is gone. */
export async function removeContainer(
  connection: DockerConnection,
  id: string,
  force: boolean,
  signal?: AbortSignal
): Promise<'removed' | 'absent' | 'runs'> {
  const outcome = await connection.ask<'removed' | 'absent' | 'going' | 'runs'>(
    async (docker, abortSignal) => {
      await docker.getContainer(id).remove({ force, v: true, abortSignal })
      return 'removed'
    },
    {
      signal,
      expected: error => {
        const status = answerStatus(error)
        if (status === 404) return { value: 'absent' }
        if (status !== 409) return undefined
        // Either another process is already removing it, or it runs.
        return { value: /in progress/i.test((error as Error).message) ? 'going' : 'runs' }
      }
    }
  )
  if (outcome !== 'going') return outcome
  await connection.ask(
    async (docker, abortSignal) => {
      await docker.getContainer(id).wait({ condition: 'removed', abortSignal })
    },
    { signal, expected: absent }
  )
  return 'removed'
}

/** Undefined if there is no such container. */
export function inspect(
  connection: DockerConnection,
  id: string,
  signal?: AbortSignal,
  timeoutMs?: number
): Promise<Docker.ContainerInspectInfo | undefined> {
  return connection.ask((docker, abortSignal) => docker.getContainer(id).inspect({ abortSignal }), {
    signal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    expected: absent
  })
}

function absent(error: unknown): { readonly value: undefined } | undefined {
  return answerStatus(error) === 404 ? { value: undefined } : undefined
}

/** The last lines that a container printed, without the engine's frame headers. */
export async function lastLinesOf(connection: DockerConnection, id: string): Promise<string> {
  const frames = await connection.ask((docker, abortSignal) =>
    docker.getContainer(id).logs({ stdout: true, stderr: true, tail: 5, abortSignal })
  )
  let text = ''
  for (let at = 0; at + 8 <= frames.length; at += 8 + frames.readUInt32BE(at + 4)) {
    text += frames.toString('utf8', at + 8, at + 8 + frames.readUInt32BE(at + 4))
  }
  return text
}

/** The JSON value in the last line. Undefined if there is none. */
export async function lastWordOf(connection: DockerConnection, id: string): Promise<unknown> {
  try {
    return JSON.parse((await lastLinesOf(connection, id)).trim().split('\n').at(-1) ?? '')
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The error if the engine rejects what the manifest asks for. */
function refused(error: unknown): AppError {
  const { json, message } = error as { json?: { message?: string }; message?: string }
  return new AppError(
    'INVALID',
    t`Docker cannot run this app as its manifest asks: ${(json?.message ?? message ?? '').trim()}.`,
    t`Check VolumeMount, MemoryLimit and the names in [[Env]].`,
    { cause: error }
  )
}
