/** The image that instances run in: the launcher on a Python base, built from files that ship with this version. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resourcePath } from '#core/host/resources.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { type Environment, installSettings } from '../host-settings.ts'
import { type ChosenAddress, type DockerConnection, openDocker } from './asking.ts'
import { answerStatus } from './errors.ts'
import { handSettings } from './handed-settings.ts'
import { buildImage } from './image-build.ts'
import { tar } from './tar.ts'

export const REPOSITORY = 'q8s-runtime'

/** Images of different launcher versions that are kept, including the newest. */
const KEPT_IMAGES = 4

/** Base image if none is chosen: the Python that most apps of the platform run on. */
const DEFAULT_BASE = 'python:3.11-slim'

/** Label of every image we build. Its value is the digest of the launcher. */
export const RUNTIME_LABEL = 'ai.q8s.runtime'

export interface BuildRuntimeOptions {
  /** Image with Python 3.8 or newer, its venv module and pip. The default is DEFAULT_BASE. */
  readonly base?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with each line the build prints. */
  readonly onLine: (line: string) => void
  readonly env?: Environment
  readonly address?: ChosenAddress | undefined
}

export interface RuntimeImage {
  readonly image: string
  /** `sha256:…` */
  readonly id: string
}

/** `stale`: only an image of another version of the launcher exists. */
export type RuntimeImageState = 'missing' | 'stale' | 'ok'

interface ContextFile {
  /** Relative path with forward slashes. */
  readonly name: string
  readonly content: Buffer
}

/** Name of the image for this version's launcher. It changes when any file of the launcher changes. */
export async function runtimeImage(): Promise<string> {
  return `${REPOSITORY}:${digestOf(await contextFiles())}`
}

/**
 * Builds the image and names it `q8s-runtime:<digest of the launcher>` and `q8s-runtime:latest`. UNAVAILABLE when the
 * engine is not there or a step fails, with the last lines of the build in `data.log`; CANCELLED after an abort.
 */
export async function buildRuntimeImage(options: BuildRuntimeOptions): Promise<RuntimeImage> {
  const { base = DEFAULT_BASE, signal, onLine, env = process.env, address } = options
  const files = await contextFiles()
  const digest = digestOf(files)
  const settings = await installSettings(env)
  const handed = await handSettings(settings)
  const certificates = settings.certificates
    ? [{ name: 'ca.pem', content: await readFile(settings.certificates) }]
    : []
  const image = `${REPOSITORY}:${digest}`
  const connection = await openDocker(env, address)
  const id = await buildImage(connection, {
    context: await tar([...files, ...certificates]),
    tags: [image, `${REPOSITORY}:latest`],
    labels: { [RUNTIME_LABEL]: digest },
    args: { BASE: base, ...proxyArguments(handed.env) },
    extraHosts: handed.needsHost,
    signal,
    onLine
  })
  await removeOldest(connection, digest)
  return { image, id }
}

/** Gives a loaded image the same names as a built one, so that it becomes the latest. */
export async function nameLatest(connection: DockerConnection, image: string): Promise<void> {
  await connection.ask(docker => docker.getImage(image).tag({ repo: REPOSITORY, tag: 'latest' }))
  await removeOldest(connection, image.slice(REPOSITORY.length + 1))
}

/** Removes images of old launchers. An image in use stays: the engine refuses to remove it. */
async function removeOldest(connection: DockerConnection, digest: string): Promise<void> {
  await connection.ask(async (docker, abortSignal) => {
    const filters = { label: [RUNTIME_LABEL] }
    const images = await docker.listImages({ filters, abortSignal })
    const old = images
      .filter(({ Labels }) => Labels?.[RUNTIME_LABEL] !== digest)
      .sort((left, right) => right.Created - left.Created)
      .slice(KEPT_IMAGES - 1)
    for (const { Id } of old)
      await docker
        .getImage(Id)
        .remove()
        .catch(() => undefined)
  })
}

/** Whether the engine has the image of this version's launcher. UNAVAILABLE if the engine does not answer. */
export async function runtimeImageState(
  env: Environment = process.env,
  signal?: AbortSignal,
  address?: ChosenAddress
): Promise<RuntimeImageState> {
  const connection = await openDocker(env, address)
  if (await hasImage(connection, await runtimeImage(), signal)) return 'ok'
  return (await hasImage(connection, `${REPOSITORY}:latest`, signal)) ? 'stale' : 'missing'
}

/** The reason why instances cannot run in that image now. Undefined if they can. */
export async function imageProblem(
  connection: DockerConnection,
  image: string,
  signal?: AbortSignal
): Promise<AppError | undefined> {
  if (await hasImage(connection, image, signal)) return undefined
  const own = image.startsWith(`${REPOSITORY}:`)
  const stale = own && (await hasImage(connection, `${REPOSITORY}:latest`, signal))
  const missing = own
    ? t`Docker answers, but the image apps run in is not there.`
    : t`Docker answers, but the image ${image} is not there.`
  return new AppError(
    'UNAVAILABLE',
    stale ? t`Docker answers, but its runtime image was built by another version of q8s.` : missing,
    t`Build it with "q8s-cli runtime build", or load it from a file with "q8s-cli runtime load".`
  )
}

/** The image's ID, which depends on its content. Undefined if there is no such image. */
export function imageId(
  connection: DockerConnection,
  name: string,
  signal?: AbortSignal
): Promise<string | undefined> {
  return connection.ask(
    async (docker, abortSignal) =>
      (await docker.getImage(name).inspect({ abortSignal } as object)).Id as string | undefined,
    { signal, expected: error => (answerStatus(error) === 404 ? { value: undefined } : undefined) }
  )
}

async function hasImage(connection: DockerConnection, name: string, signal?: AbortSignal): Promise<boolean> {
  return (await imageId(connection, name, signal)) !== undefined
}

/** Proxies only: the engine keeps these build arguments out of the image's history, as they may hold passwords. */
function proxyArguments(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^(https?|all|no)_proxy$/i.test(name)))
}

/** The files of `resources/runtime`, sorted, without files that Python and editors leave there. */
async function contextFiles(): Promise<readonly ContextFile[]> {
  const root = resourcePath('runtime')
  const files: ContextFile[] = []
  async function walk(folder: string): Promise<void> {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === '__pycache__') continue
      const name = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.isDirectory()) await walk(name)
      else if (entry.isFile()) files.push({ name, content: await readFile(join(root, name)) })
    }
  }
  await walk('')
  return files.sort((left, right) => (left.name < right.name ? -1 : 1))
}

function digestOf(files: readonly ContextFile[]): string {
  const hash = createHash('sha256')
  for (const { name, content } of files) hash.update(`${name}\0${content.length}\0`).update(content)
  return hash.digest('hex').slice(0, 12)
}
