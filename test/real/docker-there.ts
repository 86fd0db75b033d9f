/** Checks whether tests can use a Docker engine here, and with which base image. */
import { openDocker } from '#adapters/engine-docker/asking.ts'

/** Why they cannot; undefined if they can. */
export async function dockerProblem(): Promise<string | undefined> {
  const base = process.env.Q8S_TEST_DOCKER_BASE
  if (!base) return 'Q8S_TEST_DOCKER_BASE names no base image'
  try {
    const connection = await openDocker()
    await connection.ask(docker => docker.getImage(base).inspect(), { timeoutMs: 5000 })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

export function dockerBase(): string {
  return process.env.Q8S_TEST_DOCKER_BASE ?? ''
}
