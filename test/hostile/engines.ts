/** The engines of this computer, each with the reason if it cannot be tested here. */
import { execFileSync } from 'node:child_process'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import type { Engine } from '#core/ports.ts'
import { dockerBase, dockerProblem } from '../real/docker-there.ts'

export interface EngineHere {
  readonly kind: Engine['kind']
  readonly skipped: string | undefined
  readonly create: (cacheFolder: string) => Engine
}

/** Builds Docker's runtime image if Docker is available. */
export async function enginesHere(): Promise<readonly [process: EngineHere, docker: EngineHere]> {
  const docker = await dockerProblem()
  if (!docker) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
  return [
    {
      kind: 'process',
      skipped: pythonProblem(),
      create: cacheFolder => createProcessEngine({ cacheFolder })
    },
    { kind: 'docker', skipped: docker, create: cacheFolder => createDockerEngine({ cacheFolder }) }
  ]
}

function pythonProblem(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no python3 with venv'
  }
}
