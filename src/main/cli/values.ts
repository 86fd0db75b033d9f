/** Values of options and arguments: parses each from text, and explains invalid ones. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Visibility } from '#shared/app.ts'
import { dockerAddressProblem } from '#shared/docker.ts'
import { parseQuantity } from '#shared/quantity.ts'
import { plainText } from '#shared/text.ts'
import { type Option, UsageError } from './command.ts'

/** The guide's option; also accepts `ALL USERS` and lower case. */
export const VISIBILITY: Option = {
  flags: '-v, --visibility <visibility>',
  summary: 'who sees it: PRIVATE (you alone) or ALL_USERS',
  parse: parseVisibility
}

export function parseVisibility(text: string): Visibility {
  const name = text
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_')
  if (name === 'PRIVATE' || name === 'ALL_USERS') return name
  throw new UsageError(`"${text}" is not a visibility.`, 'It is PRIVATE or ALL_USERS.')
}

export function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port >= 1 && port <= 65_535) return port
  throw new UsageError(`"${text}" is not a port.`, 'A port is a whole number from 1 to 65535.')
}

export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (count <= 100_000) return count
  throw new UsageError(`"${text}" is not a number of lines.`, 'It is a whole number from 0 to 100000.')
}

/** `100Mi`, `1G`, or a number of bytes. */
export function parseBytes(text: string): number {
  const bytes = parseQuantity(text.trim())
  if (bytes !== undefined && bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER) return Math.round(bytes)
  throw new UsageError(`"${text}" is not a size.`, 'Write it as 100Mi, 1Gi, or a number of bytes.')
}

/** `auto`, `context:NAME`, or the address of a Docker on this computer. */
export function parseDockerAddress(text: string): string {
  const problem = dockerAddressProblem(text)
  if (problem) throw new UsageError(`"${text}" cannot be chosen. ${problem[0]}`, problem[1])
  return text
}

export function parseUser(text: string): string {
  const name = plainText(text)
  if (name !== '' && name.length <= 200) return name
  throw new UsageError('That is no name to go by.', 'A name has 1 to 200 characters.')
}

/** `NAME=VALUE`; the value may contain more equals signs. */
export function parsePair(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  // Do not print the text: it may be a secret.
  throw new UsageError('A value was given without a name.', 'Write it as NAME=VALUE.')
}

/** Reads the text of a file that the user named. */
export async function readTextFile(cwd: string, file: string): Promise<string> {
  const path = resolve(cwd, file)
  const [{ fileError }, bytes] = await Promise.all([
    import('#core/files/files.ts'),
    readFile(path).catch((error: unknown) => ({ error }))
  ])
  if ('error' in bytes) throw fileError(bytes.error, `${path} could not be read`)
  return decode(bytes, path)
}

/** Decodes UTF-8 text; otherwise throws a UsageError that names its source. */
export function decode(bytes: Uint8Array, from: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new UsageError(`${from} is not UTF-8 text.`, 'Encode it, e.g. as base64.')
  }
}
