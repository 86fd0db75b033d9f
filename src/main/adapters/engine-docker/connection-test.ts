/** Tests the connection: installs a small package in a container like those of apps, then removes the container. */
import type { ConnectionTest } from '#core/ports.ts'
import { readConnectionTest, TEST_CONNECTION, TEST_CONNECTION_MS } from '../connection-test.ts'
import { type Environment, installSettings } from '../host-settings.ts'
import type { DockerConnection } from './asking.ts'
import { confinementOf, LABELS, mountsOfHost, userOf } from './container.ts'
import { type HandedSettings, handSettings } from './handed-settings.ts'
import { networkOfApps } from './network.ts'
import { imageProblem } from './runtime-image.ts'
import { lastLinesOf, removeById } from './starting.ts'
import { type EngineTraits, readTraits } from './traits.ts'

export async function testConnection(
  connection: DockerConnection,
  { image, home, env }: { readonly image: string; readonly home: string; readonly env: Environment },
  signal?: AbortSignal
): Promise<ConnectionTest> {
  const [problem, traits, handed, network] = await Promise.all([
    imageProblem(connection, image, signal),
    readTraits(connection, signal),
    installSettings(env).then(handSettings),
    networkOfApps(connection, signal)
  ])
  if (problem) throw problem
  const Labels = { [LABELS.home]: home, [LABELS.role]: 'test', [LABELS.starter]: String(process.pid) }
  const options = { ...containerOptions(image, traits, handed, network), Labels }
  const { id } = await connection.ask((docker, abortSignal) =>
    docker.createContainer({ ...options, abortSignal })
  )
  try {
    await connection.ask(
      async (docker, abortSignal) => {
        await docker.getContainer(id).start({ abortSignal })
        await docker.getContainer(id).wait({ abortSignal })
      },
      { signal, timeoutMs: TEST_CONNECTION_MS }
    )
    return readConnectionTest(await lastLinesOf(connection, id))
  } finally {
    await removeById(connection, id, true).catch(() => undefined)
  }
}

function containerOptions(
  image: string,
  traits: EngineTraits,
  handed: HandedSettings,
  network: string | undefined
) {
  return {
    Image: image,
    ...userOf(traits),
    Entrypoint: ['python3', ...TEST_CONNECTION],
    WorkingDir: '/runtime',
    Env: Object.entries(handed.env).map(([name, value]) => `${name}=${value}`),
    HostConfig: {
      Mounts: mountsOfHost(handed),
      ...confinementOf(traits, handed),
      ...(network === undefined ? {} : { NetworkMode: network })
    }
  }
}
