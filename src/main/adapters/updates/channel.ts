/** Reads an update channel: a small YAML file on a server, limited in size, checked for its signature, and parsed. */
import { readFile } from 'node:fs/promises'
import { load } from 'js-yaml'
import { valid } from 'semver'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { UpdateChannel } from '#shared/updates.ts'
import { externalUrl } from '#shared/url.ts'
import { isSigned } from './signature.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Maximum bytes of a channel's file. Files from our packaging have less than one KiB. */
const MAX_FILE = 64 * 1024
const MAX_DOWNLOAD = 1024 ** 3
const MAX_FILES = 50
const PATIENCE_MS = 20_000

/** Only names that our packaging creates: no path out of the channel's folder, and no other server. */
const FileName = z.string().regex(/^[A-Za-z0-9][\w.+-]{0,199}$/, 'not a file in its folder')

const OfferedFile = z.object({
  url: FileName,
  sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, 'not a SHA-512'),
  size: z.int().min(1).max(MAX_DOWNLOAD)
})

const Offer = z.object({
  version: z
    .string()
    .max(64)
    .refine(text => valid(text) === text, 'not a version'),
  files: z.tuple([OfferedFile], OfferedFile).refine(files => files.length <= MAX_FILES, 'too many files'),
  releaseDate: z.iso.datetime().optional().catch(undefined),
  vendor: z
    .object({ notes: z.string().max(2_000) })
    .optional()
    .catch(undefined)
})
export type Offer = z.infer<typeof Offer>

/** `latest.yml`, `beta-mac.yml`, `latest-linux-arm64.yml`: the names that electron-builder writes. */
export function channelFile(
  channel: UpdateChannel,
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch
): string {
  const name = channel === 'stable' ? 'latest' : 'beta'
  if (platform === 'win32') return `${name}.yml`
  if (platform === 'darwin') return `${name}-mac.yml`
  return arch === 'x64' ? `${name}-linux.yml` : `${name}-linux-${arch}.yml`
}

export async function readOffer(
  url: string,
  { fetch, key }: { readonly fetch: Fetch; readonly key?: string | undefined },
  signal: AbortSignal
): Promise<Offer> {
  const text = await readText(url, fetch, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]), signal)
  if (key !== undefined && !isSigned(text, key))
    throw new AppError(
      'INVALID',
      t`The update channel at ${url} is not signed by the publisher of this app.`,
      t`Do not install it. Report it to the publisher of this app.`
    )
  const offer = Offer.safeParse(yamlOf(text, url))
  if (offer.success) return offer.data
  const [issue] = offer.error.issues
  throw invalid(url, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}

/** Address of the release notes, if it is safe to open. */
export const notesOf = (offer: Offer) => externalUrl(offer.vendor?.notes ?? '')

const Config = z.object({ url: z.string().max(2_000) })

/** The address of the channel's folder, from `app-update.yml`. INVALID if it is not an allowed address. */
export async function channelAddress(configFile: string): Promise<string> {
  const config = Config.safeParse(yamlOf(await readFile(configFile, 'utf8'), configFile))
  const address = externalUrl(config.data?.url ?? '')
  if (address === undefined)
    throw new AppError(
      'INVALID',
      t`${configFile} names no https address to ask for updates.`,
      t`Install the app again.`
    )
  return address.endsWith('/') ? address : `${address}/`
}

function yamlOf(text: string, where: string): unknown {
  try {
    return load(text)
  } catch {
    throw invalid(where, t`it is not valid YAML`)
  }
}

function invalid(url: string, why: string) {
  return new AppError(
    'INVALID',
    t`The update channel at ${url} is invalid (${why}).`,
    t`Only the publisher of this app can fix it. Nothing was downloaded.`
  )
}

async function readText(url: string, fetch: Fetch, signal: AbortSignal, given: AbortSignal): Promise<string> {
  try {
    const response = await open(url, fetch, signal)
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of response.body ?? []) {
      size += part.byteLength
      if (size > MAX_FILE) throw invalid(url, t`it has more than ${MAX_FILE / 1024} KiB`)
      parts.push(part)
    }
    return Buffer.concat(parts).toString('utf8')
  } catch (error) {
    given.throwIfAborted()
    throw error instanceof AppError ? error : noAnswer(url, error)
  }
}

/** A response with status 200 from that address, without redirects. */
export async function open(url: string, fetch: Fetch, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal, redirect: 'error', credentials: 'omit' })
  if (response.status === 200) return response
  await response.body?.cancel()
  if (response.status === 404)
    throw new AppError(
      'UNAVAILABLE',
      t`The update channel has no ${new URL(url).pathname.split('/').at(-1) ?? ''}.`,
      t`It may offer nothing for this system, or no beta: choose another channel, or ask the publisher of this app.`
    )
  throw new AppError(
    'UNAVAILABLE',
    t`The update channel at ${url} answered ${response.status}.`,
    t`Try again later.`
  )
}

export function noAnswer(url: string, error: unknown): AppError {
  return new AppError(
    'UNAVAILABLE',
    t`The update channel at ${url} does not answer.`,
    t`Check the connection to the network and its proxy, then check again.`,
    { cause: error }
  )
}
