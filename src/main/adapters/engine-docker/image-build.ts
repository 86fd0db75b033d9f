/** Lets the Docker engine build an image, and reports its output line by line. */
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { DockerConnection } from './asking.ts'
import { HOST_NAME } from './handed-settings.ts'

export interface ImageBuild {
  /** The build context, a tar archive with a Dockerfile. */
  readonly context: Buffer
  readonly tags: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly args: Readonly<Record<string, string>>
  /** Build steps reach this computer under HOST_NAME. */
  readonly extraHosts: boolean
  readonly signal?: AbortSignal | undefined
  readonly onLine: (line: string) => void
}

/** One message of the engine's stream. */
interface Message {
  readonly stream?: string
  readonly status?: string
  readonly id?: string
  readonly error?: string
  readonly aux?: { readonly ID?: string }
}

/** Maximum milliseconds a build may take: a base image may have to be downloaded over a slow connection. */
const BUILD_TIMEOUT_MS = 60 * 60_000
const KEPT_LINES = 20

/**
 * Returns the image's ID. UNAVAILABLE if a step fails; CANCELLED after an abort, which ends the build in the engine.
 */
export async function buildImage(connection: DockerConnection, build: ImageBuild): Promise<string> {
  const last: string[] = []
  const tell = (line: string) => {
    last.push(line)
    if (last.length > KEPT_LINES) last.shift()
    build.onLine(line)
  }
  return connection.ask(
    async (docker, abortSignal) => {
      const answer = (await docker.buildImage(build.context as unknown as string, {
        t: build.tags as unknown as string,
        labels: { ...build.labels },
        buildargs: { ...build.args },
        ...(build.extraHosts && process.platform === 'linux'
          ? { extrahosts: `${HOST_NAME}:host-gateway` }
          : {}),
        rm: true,
        forcerm: true,
        abortSignal
      })) as AsyncIterable<Buffer>
      return follow(answer, tell, last)
    },
    { signal: build.signal, timeoutMs: BUILD_TIMEOUT_MS }
  )
}

async function follow(
  answer: AsyncIterable<Buffer>,
  tell: (line: string) => void,
  last: readonly string[]
): Promise<string> {
  let id: string | undefined
  for await (const message of messagesOf(answer)) {
    if (message.error) throw failed(message.error, last)
    if (message.aux?.ID) id = message.aux.ID
    for (const line of linesOf(message)) tell(line)
  }
  if (id === undefined) throw failed(t`the engine ended the build without an image`, last)
  return id
}

/** The answer has one JSON document per line. */
async function* messagesOf(answer: AsyncIterable<Buffer>): AsyncIterable<Message> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of answer) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield parse(line)
  }
  yield parse(rest)
}

function linesOf({ stream, status, id }: Message): readonly string[] {
  // Skip the progress of single layers: hundreds of lines with little information.
  const text = stream ?? (id === undefined ? (status ?? '') : '')
  return text.split('\n').filter(line => line.trim() !== '')
}

function parse(text: string): Message {
  try {
    return JSON.parse(text) as Message
  } catch {
    return {}
  }
}

function failed(reason: string, last: readonly string[]): AppError {
  const fetching = /pull access denied|no such host|not found|manifest unknown|dial tcp/i.test(reason)
  return new AppError(
    'UNAVAILABLE',
    t`The runtime image could not be built: ${reason.trim().replace(/\.$/, '')}.`,
    fetching
      ? t`The base image could not be fetched. Check the network, or name one that is there with --base.`
      : t`The lines above show which step failed.`,
    { data: { log: [...last] } }
  )
}
