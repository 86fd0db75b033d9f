/** Streams an answer of the engine. dockerode would collect the whole answer first. */
import type { Readable } from 'node:stream'
import type { DockerClient } from './asking.ts'

/** The answer to a GET; its reader destroys it. Rejects with the engine's status, as dockerode does. */
export function answerStream(
  docker: DockerClient,
  path: string,
  abortSignal: AbortSignal
): Promise<Readable> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'not found', 500: 'server error' },
        abortSignal
      },
      (error, stream) => (error ? reject(error) : resolve(stream as Readable))
    )
  })
}
