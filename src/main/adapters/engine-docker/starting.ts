/** Creates and starts a container so that either it runs or nothing of it is left. */
import type Docker from 'dockerode'
import { AppError } from '#shared/errors.ts'
import { alreadyRunning, portTaken } from '../engine-conflicts.ts'
import { isAlive } from '../process-alive.ts'
import type { DockerConnection } from './asking.ts'
import { type ContainerParts, containerName, containerOptions, LABELS } from './container.ts'
import { answerStatus, isPortTaken } from './errors.ts'

/** A container that was created and not started for so long was left behind, in milliseconds. */
const START_PATIENCE_MS = 60_000

/** CONFLICT when the instance has a container that runs or is being started; one that has ended is removed. */
export async function refuseRunning(
  connection: DockerConnection,
  instanceId: string,
  signal?: AbortSignal
): Promise<void> {
  const found = await connection.ask(
    (docker, abortSignal) => docker.getContainer(containerName(instanceId)).inspect({ abortSignal }),
    { signal, expected: error => (answerStatus(error) === 404 ? { value: undefined } : undefined) }
  )
  if (!found) return
  if (found.State.Running || isBeingStarted(found)) throw alreadyRunning(instanceId)
  await removeContainer(connection, instanceId, signal)
}

function isBeingStarted({ State, Created, Config }: Docker.ContainerInspectInfo): boolean {
  const age = Date.now() - Date.parse(Created)
  const starter = Number(Config.Labels[LABELS.starter])
  return State.Status === 'created' && age >= 0 && age < START_PATIENCE_MS && isAlive(starter)
}

/**
 * Resolves once the container runs. CONFLICT when its port or its name were taken; UNAVAILABLE when the engine went
 * away meanwhile, who then may still have a container, which the next start or `remove` finds by its name.
 */
export async function createAndStart(
  connection: DockerConnection,
  parts: ContainerParts,
  signal?: AbortSignal
): Promise<void> {
  const { instanceId, port } = parts.spec
  signal?.throwIfAborted()
  // Not to be aborted half-way: the engine would go on, and nobody would know of the container.
  await connection.ask(
    (docker, abortSignal) => docker.createContainer({ ...containerOptions(parts), abortSignal }),
    {
      expected: error => {
        if (answerStatus(error) === 409) throw alreadyRunning(instanceId)
        if (answerStatus(error) === 400) throw refused(error)
        return undefined
      }
    }
  )
  try {
    signal?.throwIfAborted()
    await connection.ask(
      (docker, abortSignal) => docker.getContainer(containerName(instanceId)).start({ abortSignal }),
      {
        expected: error => {
          if (isPortTaken(error)) throw portTaken(port, error)
          return undefined
        }
      }
    )
    signal?.throwIfAborted()
  } catch (error) {
    // When the engine itself is gone this fails too, and the first error is the one that tells why.
    await removeContainer(connection, instanceId).catch(() => undefined)
    throw error
  }
}

/** Removes the instance's container, running or not; fine where there is none. Resolves when it is gone. */
export async function removeContainer(
  connection: DockerConnection,
  instanceId: string,
  signal?: AbortSignal
): Promise<void> {
  const name = containerName(instanceId)
  const inProgress = await connection.ask(
    async (docker, abortSignal) => {
      await docker.getContainer(name).remove({ force: true, v: true, abortSignal })
      return false
    },
    {
      signal,
      expected: error => {
        const status = answerStatus(error)
        return status === 404 || status === 409 ? { value: status === 409 } : undefined
      }
    }
  )
  // Another one removes it already: wait for that one.
  if (inProgress) await untilGone(connection, name, signal)
}

async function untilGone(connection: DockerConnection, name: string, signal?: AbortSignal): Promise<void> {
  await connection.ask(
    async (docker, abortSignal) => {
      await docker.getContainer(name).wait({ condition: 'removed', abortSignal })
    },
    { signal, expected: error => (answerStatus(error) === 404 ? { value: undefined } : undefined) }
  )
}

/** The engine did not accept what the manifest asks for. */
function refused(error: unknown): AppError {
  const { json, message } = error as { json?: { message?: string }; message?: string }
  return new AppError(
    'INVALID',
    `Docker cannot run this app as its manifest asks: ${(json?.message ?? message ?? '').trim()}.`,
    'Check VolumeMount, MemoryLimit and the names in [[Env]].',
    { cause: error }
  )
}
