/** The Docker network of all apps: they can reach the outside, but not each other. */
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { DockerConnection } from './asking.ts'
import { answerStatus } from './errors.ts'
import { isPodman } from './place.ts'

const NAME = 'q8s-apps'
const LABEL = 'ai.q8s.network'
const APART = 'com.docker.network.bridge.enable_icc'

/**
 * ID of the network, which is created if it does not exist. UNAVAILABLE if Docker cannot create it: the start fails
 * then, because apps could reach each other on Docker's usual network. Undefined for Podman, which does not have this
 * option; without root, each of its containers has its own network.
 */
export async function networkOfApps(
  connection: DockerConnection,
  signal?: AbortSignal
): Promise<string | undefined> {
  const found = await find(connection, signal)
  if (found) return found
  const version = await connection.ask((docker, abortSignal) => docker.version({ abortSignal }), { signal })
  if (isPodman(version)) return undefined
  const made = await make(connection)
  // Another host may have created one at the same time: both use the same one of the two.
  const chosen = (await find(connection, signal)) ?? made
  if (chosen === undefined) throw refused(t`there is another network called ${NAME}`)
  if (made !== undefined && chosen !== made) {
    await connection
      .ask((docker, abortSignal) => docker.getNetwork(made).remove({ abortSignal }))
      .catch(() => undefined)
  }
  return chosen
}

async function find(connection: DockerConnection, signal?: AbortSignal): Promise<string | undefined> {
  const networks = await connection.ask(
    (docker, abortSignal) => docker.listNetworks({ filters: { label: [LABEL] }, abortSignal }),
    { signal }
  )
  return networks
    .filter(({ Driver, Options }) => Driver === 'bridge' && Options?.[APART] === 'false')
    .map(({ Created, Id }) => ({ order: `${Created} ${Id}`, Id }))
    .sort((left, right) => (left.order < right.order ? -1 : 1))[0]?.Id
}

/** Undefined if the name is taken. Has no signal: Docker would create it even after an abort. */
function make(connection: DockerConnection): Promise<string | undefined> {
  return connection.ask(
    async docker => {
      const network = await docker.createNetwork({
        Name: NAME,
        CheckDuplicate: true,
        Driver: 'bridge',
        Labels: { [LABEL]: 'apps' },
        Options: { [APART]: 'false' }
      })
      return network.id
    },
    {
      expected: error => {
        const status = answerStatus(error)
        if (status === 409) return { value: undefined }
        if (status === undefined) return undefined
        throw refused((error as Error).message, error)
      }
    }
  )
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError(
    'UNAVAILABLE',
    t`Docker cannot make the network that keeps apps apart: ${reason.trim().replace(/\.$/, '')}.`,
    t`Remove networks that nothing uses ("docker network prune"), then start the app again.`,
    { cause }
  )
}
