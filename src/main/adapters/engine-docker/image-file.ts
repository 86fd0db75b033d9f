/** Saves the runtime image to a file and loads it, for offline computers. A file is checked before it is loaded. */
import { createReadStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { fileError, openPlain, writeWhole } from '#core/files/files.ts'
import { AppError, isCancelled } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { plainText } from '#shared/text.ts'
import { readStart } from '../file-listing.ts'
import type { Environment } from '../host-settings.ts'
import { answerStream } from './answer-stream.ts'
import { type ChosenAddress, type DockerConnection, openDocker } from './asking.ts'
import { imageProblem, nameLatest, REPOSITORY, RUNTIME_LABEL, runtimeImage } from './runtime-image.ts'
import { readTar } from './tar-read.ts'

export interface ImageFileOptions {
  /** Absolute path. */
  readonly file: string
  readonly signal?: AbortSignal | undefined
  readonly onBytes: (done: number, total: number) => void
  readonly env?: Environment
  readonly address?: ChosenAddress | undefined
}

/** Milliseconds an engine may take to save or load an image. */
const PATIENCE_MS = 60 * 60_000
/** Maximum bytes of a JSON document in such a file: its manifest, or an image's configuration. */
const MOST_DOCUMENT = 4 * 1024 * 1024

/** CONFLICT if the file already exists, UNAVAILABLE if the image does not exist. Never leaves a partial file. */
export async function saveRuntimeImage(options: ImageFileOptions): Promise<void> {
  const { file, signal, onBytes, env, address } = options
  if (await lstat(file).catch(() => undefined)) {
    throw new AppError('CONFLICT', t`${file} is there already.`, t`Name another file, or remove that one.`)
  }
  const connection = await openDocker(env, address)
  const image = await runtimeImage()
  const problem = await imageProblem(connection, image, signal)
  if (problem) throw problem
  await connection.ask(
    async (docker, abortSignal) => {
      const { Size } = await docker.getImage(image).inspect({ abortSignal } as object)
      const stream = await answerStream(docker, `/images/${image}/get`, abortSignal)
      await writeWhole(
        file,
        counted(stream, done => onBytes(Math.min(done, Size), Size)),
        abortSignal
      )
    },
    { signal, timeoutMs: PATIENCE_MS }
  )
}

/** INVALID if the file is not an image, or not the image this version of q8s runs apps in. Nothing is loaded then. */
export async function loadRuntimeImage(options: ImageFileOptions): Promise<void> {
  const { file, signal, onBytes, env, address } = options
  const { total, zipped } = await lookAt(file)
  const image = await runtimeImage()
  await refuseOther(() => openTar(file, zipped), file, image, signal)
  const connection = await openDocker(env, address)
  await load(
    connection,
    counted(createReadStream(file), done => onBytes(done, total)),
    signal
  )
  const problem = await imageProblem(connection, image, signal)
  if (problem) throw problem
  await nameLatest(connection, image)
}

async function load(
  connection: DockerConnection,
  bytes: AsyncIterable<Uint8Array>,
  signal?: AbortSignal
): Promise<void> {
  await connection.ask(
    async (docker, abortSignal) => {
      const source = Readable.from(bytes, { objectMode: false })
      try {
        const answer = await docker.loadImage(source, { quiet: true, abortSignal } as object)
        const words = await readStart(answer as AsyncIterable<Uint8Array>, 64 * 1024)
        const told = /"error":("(?:[^"\\]|\\.)*")/.exec(Buffer.from(words).toString('utf8'))?.[1]
        if (told !== undefined) throw notLoaded(JSON.parse(told))
      } finally {
        source.destroy()
      }
    },
    { signal, timeoutMs: PATIENCE_MS }
  )
}

async function lookAt(file: string): Promise<{ total: number; zipped: boolean }> {
  try {
    await lstat(file)
    await using opened = await openPlain(file)
    if (!opened) throw noImage(file)
    const { buffer } = await opened.read(Buffer.alloc(2), 0, 2, 0)
    return { total: (await opened.stat()).size, zipped: buffer[0] === 0x1f && buffer[1] === 0x8b }
  } catch (error) {
    throw fileError(error, t`${file} could not be read`)
  }
}

function openTar(file: string, zipped: boolean): AsyncIterable<Uint8Array> {
  const source = createReadStream(file)
  if (!zipped) return source
  const unzipped = createGunzip()
  source.on('error', error => unzipped.destroy(error))
  unzipped.on('close', () => source.destroy())
  return source.pipe(unzipped)
}

const Contents = z.array(z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullable() }))
const Config = z.object({ config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }) })

/** Loading takes over the image's tags, and its label says what it contains: both must match this version. */
async function refuseOther(
  open: () => AsyncIterable<Uint8Array>,
  file: string,
  image: string,
  signal?: AbortSignal
): Promise<void> {
  const contents = Contents.safeParse(await documentIn(open(), 'manifest.json', file, signal))
  const [only, ...others] = contents.data ?? []
  if (!only) throw noImage(file)
  const tags = only.RepoTags ?? []
  const may = [image, `${REPOSITORY}:latest`]
  if (others.length > 0 || !tags.includes(image) || !tags.every(tag => may.includes(tag))) {
    throw otherImage(file, [...tags, ...others.flatMap(({ RepoTags }) => RepoTags ?? [])])
  }
  const { data } = Config.safeParse(await documentIn(open(), only.Config, file, signal))
  if (`${REPOSITORY}:${data?.config.Labels?.[RUNTIME_LABEL]}` !== image) throw otherImage(file, tags)
}

/** A JSON document of the archive. Undefined if there is none with that name. */
async function documentIn(
  archive: AsyncIterable<Uint8Array>,
  wanted: string,
  file: string,
  signal?: AbortSignal
): Promise<unknown> {
  try {
    for await (const { name, size, content } of readTar(archive)) {
      signal?.throwIfAborted()
      if (name !== wanted) continue
      if (size > MOST_DOCUMENT) return undefined
      const bytes = await readStart(content, size)
      return JSON.parse(Buffer.from(bytes).toString('utf8'))
    }
    return undefined
  } catch (error) {
    if (isCancelled(error)) throw error
    throw noImage(file, error)
  }
}

async function* counted(source: AsyncIterable<Uint8Array>, onBytes: (done: number) => void) {
  let done = 0
  for await (const piece of source) {
    done += piece.length
    onBytes(done)
    yield piece
  }
}

const hint = () => t`Save one with this version of q8s on a computer that has it: "q8s-cli runtime save".`

function noImage(file: string, cause?: unknown): AppError {
  return new AppError('INVALID', t`${file} is not an image of Docker, or only part of one.`, hint(), {
    cause
  })
}

function otherImage(file: string, tags: readonly string[]): AppError {
  const names = tags.slice(0, 3).map(plainText).join(', ') || t`an image without a name`
  return new AppError(
    'INVALID',
    t`${file} holds ${names}, not the image this version of q8s runs apps in. Nothing of it was loaded.`,
    hint()
  )
}

function notLoaded(told: string): AppError {
  return new AppError(
    'UNAVAILABLE',
    t`Docker did not take the image: ${plainText(told).replace(/\.$/, '')}.`,
    t`Free some space where Docker keeps its images, or save the file again.`
  )
}
