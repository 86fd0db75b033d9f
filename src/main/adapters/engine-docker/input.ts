/** Passes secrets to a container through standard input: Docker stores container settings on disk in plain text. */
import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import type { DockerConnection } from './asking.ts'

/** Options of a container that is started with `startWithInput`. */
export const INPUT_OPTIONS: Docker.ContainerCreateOptions = {
  OpenStdin: true,
  StdinOnce: true,
  AttachStdin: true
}

/** Milliseconds a container may take to read its input. */
const PATIENCE = 60_000

/**
 * Starts a created container whose program reads one line of JSON and then prints something. Resolves when the program
 * has read the line or has ended.
 */
export async function startWithInput(
  connection: DockerConnection,
  id: string,
  input: object,
  expected?: (error: unknown) => undefined
): Promise<void> {
  // Attach first: otherwise the container's input ends as soon as it starts.
  const stream = await connection.ask(async docker => {
    const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true }
    return (await docker.getContainer(id).attach(options)) as unknown as Duplex
  })
  try {
    stream.on('error', () => undefined)
    const read = firstOutput(stream)
    // Docker has the line before the container starts, so the program gets it even if the host is killed then.
    stream.write(`${JSON.stringify(input)}\n`)
    await connection.ask((docker, abortSignal) => docker.getContainer(id).start({ abortSignal }), {
      ...(expected ? { expected } : {})
    })
    await read
  } finally {
    stream.destroy()
  }
}

/** Resolves at the first output, or when the stream ends. */
function firstOutput(stream: Duplex): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, PATIENCE)
    for (const event of ['data', 'end', 'close'] as const) {
      stream.once(event, () => {
        clearTimeout(timer)
        resolve()
      })
    }
  })
}
