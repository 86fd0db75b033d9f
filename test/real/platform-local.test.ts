/** The embedded local platform with the engines of this computer, real launchers and real Python. */
import { execFileSync } from 'node:child_process'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import type { Engine } from '#core/ports.ts'
import { createLocalHome } from '../adapters/local-home.ts'
import { platformSuite } from '../platform.suite.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'

const dockerSkipped = await dockerProblem()
if (!dockerSkipped) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })

suite('process', pythonProblem(), cacheFolder => createProcessEngine({ cacheFolder }))
suite('docker', dockerSkipped, cacheFolder => createDockerEngine({ cacheFolder }))

function suite(
  kind: Engine['kind'],
  skipped: string | undefined,
  create: (cacheFolder: string) => Engine
): void {
  platformSuite({
    name: `the local platform on the ${kind} engine`,
    skipped,
    patience: 120_000,
    async open() {
      const home = await createLocalHome({ engines: [] })
      const engines = [create(home.folders.cache)]
      const { as } = await home.openAll({ engines })
      return { as, close: home.remove }
    }
  })
}

function pythonProblem(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no python3 with venv'
  }
}
