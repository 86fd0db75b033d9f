/** Runs every request to the Docker engine, with a time limit, and translates its errors into messages. */
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

/** dockerode, with options that are missing from its types. */
export interface DockerClient extends Omit<Docker, 'info' | 'ping' | 'version'> {
  info(options?: Abortable): Promise<DockerInfo>
  ping(options?: Abortable): Promise<unknown>
  version(options?: Abortable): Promise<DockerVersion>
}

/** The Docker address that is chosen in the settings now. */
export type ChosenAddress = () => Promise<string>

interface Abortable {
  readonly abortSignal?: AbortSignal
}

export interface DockerConnection {
  readonly docker: DockerClient
  readonly endpoint: Endpoint
  /**
   * Runs one request. Its signal aborts with the caller's signal, and after the time limit (default 60 seconds).
   * `expected` turns errors that are not failures into a value; every other error becomes an AppError.
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

/**
 * Reads the user's configuration each time, because the context may have changed. UNAVAILABLE if it names no engine.
 */
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
