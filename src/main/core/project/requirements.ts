/** A project's requirements.txt: lists imports that it does not install, and adds lines to it. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { decodeText, lineBreak } from '#shared/manifest-text/text.ts'
import type { ProjectRequirements } from '#shared/project.ts'
import { fileError, openPlain, rewriteFile } from '../files/files.ts'
import { parseManifest } from '../manifest/parse.ts'
import type { FileLocks } from '../ports.ts'
import { readInstalled } from '../python/installed.ts'
import { type MissingImport, missingImports } from '../python/missing.ts'
import { normalName } from '../python/packages.ts'
import { endsContinued, isHashLocked } from '../python/requirements.ts'
import { findManifest, readManifest } from './manifest-file.ts'
import { projectSource } from './source.ts'

const FILE = 'requirements.txt'
const MAX_BYTES = 1024 * 1024

/** INVALID if the manifest has no Module to start from. */
export async function readRequirementsOf(path: string, signal?: AbortSignal): Promise<ProjectRequirements> {
  const at = await findManifest(path)
  const { manifest } = parseManifest((await readManifest(at)).bytes)
  if (!manifest) {
    const message = t`${at.file} does not say which Module the app starts with.`
    throw new AppError('INVALID', message, t`Fix the manifest first.`)
  }
  const source = await projectSource(at, '', signal)
  const files = {
    paths: source.paths,
    size: (name: string) => source.size?.(name) ?? 0,
    bytes: async (name: string) => {
      signal?.throwIfAborted()
      return source.read(name).catch(() => undefined)
    }
  }
  const { missing, unsure } = await missingImports(files, manifest.Runtime.Module)
  const { count, pinned } = readInstalled((await readText(join(at.folder, FILE))) ?? '')
  return {
    missing: missing.map(placed),
    unsure: unsure.map(placed),
    count,
    pinned
  }
}

function placed({ text, range, ...rest }: MissingImport) {
  return { ...rest, line: lineOf(text, range.from) }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/**
 * Adds those lines to the end whose packages the file does not name yet, and returns them. INVALID for a file locked by
 * hashes: pip would refuse the whole file for a line without a hash.
 */
export async function addRequirements(
  locks: FileLocks,
  path: string,
  lines: readonly string[],
  signal?: AbortSignal
): Promise<string[]> {
  const { folder } = await findManifest(path)
  const file = join(folder, FILE)
  return locks.hold(file, () => addLines(file, lines), signal)
}

async function addLines(file: string, lines: readonly string[]): Promise<string[]> {
  const found = await readText(file)
  const text = found ?? ''
  const there = new Set(readInstalled(text).packages)
  const added = [...new Set(lines)].filter(line => !there.has(normalName(line.replace(/<.*$/, ''))))
  if (added.length === 0) return []
  if (isHashLocked(text)) throw lockedError(file, added)
  const end = lineBreak(text)
  const ended = text === '' || text.endsWith('\n') ? text : text + end
  const before = endsContinued(text) ? ended + end : ended
  await rewriteFile(file, before + added.map(line => line + end).join(''), async () => {
    if ((await readText(file)) === found) return
    const message = t`${FILE} was changed by another program.`
    throw new AppError('CONFLICT', message, t`Try again: nothing was written.`)
  })
  return added
}

function lockedError(file: string, lines: readonly string[]): AppError {
  const names = lines.join(', ')
  return new AppError(
    'INVALID',
    t`${file} is locked: each of its packages has a hash, and pip refuses the file if one has none.`,
    t`Add ${names} to the file it is made from, then make it again (pip-compile --generate-hashes, or uv pip compile --generate-hashes).`
  )
}

/** Undefined if there is no file. */
async function readText(path: string): Promise<string | undefined> {
  try {
    const file = await openPlain(path)
    if (!file) {
      const isLink = await stat(path).then(
        () => true,
        () => false
      )
      if (isLink)
        throw new AppError('INVALID', t`${path} is not a regular file.`, t`Put the file itself there.`)
      return undefined
    }
    try {
      if ((await file.stat()).size > MAX_BYTES)
        throw new AppError(
          'INVALID',
          t`${path} is larger than 1 MiB.`,
          t`Keep other data in files of their own.`
        )
      const { text, fault, wide } = decodeText(await file.readFile())
      if (fault || wide) throw new AppError('INVALID', t`${path} is not UTF-8.`, t`Save it as UTF-8 first.`)
      return text
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(error, t`${path} could not be read`)
  }
}
