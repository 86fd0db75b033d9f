/** Every question to the Docker engine goes through here: bounded in time, with its errors in words. */
import type Docker from 'dockerode'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Environment } from '../host-settings.ts'
import { connect, findEndpoint } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { engineError } from './errors.ts'

interface DockerInfo {
  readonly ID?: string
  readonly Name?: string
  readonly DockerRootDir?: string
  readonly SecurityOptions?: readonly string[]
  readonly OperatingSystem?: string
}

interface DockerVersion {
  readonly Version: string
  readonly Components?: readonly { readonly Name?: string }[]
}

/** dockerode, with the options its type description forgot. */
export interface DockerClient extends Omit<Docker, 'info' | 'ping' | 'version'> {
  info(options?: Abortable): Promise<DockerInfo>
  ping(options?: Abortable): Promise<unknown>
  version(options?: Abortable): Promise<DockerVersion>
}

/** Which Docker the settings say now. */
export type ChosenAddress = () => Promise<string>

interface Abortable {
  readonly abortSignal?: AbortSignal
}

export interface DockerConnection {
  readonly docker: DockerClient
  readonly endpoint: Endpoint
  /**
   * Runs one question. The signal it is given aborts with the caller's, and after the time limit (default 60 seconds).
   * `expected` turns answers that are not failures into a value; everything else becomes an AppError.
   */
  ask<T>(
    question: (docker: DockerClient, signal: AbortSignal) => Promise<T>,
    options?: AskOptions<T>
  ): Promise<T>
}

interface AskOptions<T> {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number
  readonly expected?: (error: unknown) => { readonly value: T } | undefined
}

/** Reads the user's configuration again: the context may have changed. UNAVAILABLE where it names no engine. */
export async function openDocker(
  env: Environment = process.env,
  address?: ChosenAddress
): Promise<DockerConnection> {
  const endpoint = await findEndpoint(env, await address?.())
  const docker = (await connect(endpoint)) as unknown as DockerClient
  return {
    docker,
    endpoint,
    async ask(question, { signal, timeoutMs = 60_000, expected } = {}) {
      signal?.throwIfAborted()
      const timeout = AbortSignal.timeout(timeoutMs)
      try {
        return await question(docker, signal ? AbortSignal.any([signal, timeout]) : timeout)
      } catch (error) {
        if (signal?.aborted) throw new AppError('CANCELLED', t`Cancelled.`, undefined, { cause: error })
        const value = expected?.(error)
        if (value) return value.value
        throw engineError(
          timeout.aborted ? Object.assign(new Error(), { code: 'ETIMEDOUT' }) : error,
          endpoint
        )
      }
    }
  }
}
