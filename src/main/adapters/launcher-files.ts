/** The two files of a run folder that engines use: they write `config.json` and read `state.json`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileError, openPlain, replaceFile } from '#core/files/files.ts'
import { type LauncherConfig, LauncherState } from '#core/platform/run-folder.ts'
import type { RunSpec } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** What differs between engines: the paths and addresses as the launcher sees them. */
export type LauncherPlace = Pick<LauncherConfig, 'url' | 'appRoot' | 'envCache' | 'host' | 'port'> & {
  readonly venvRoot?: string | undefined
  readonly environment?: string | undefined
  readonly envFromStdin?: boolean
  readonly volume?: { readonly path: string; readonly mount: string } | undefined
  readonly constraints?: string | undefined
  /** The launcher enforces the memory limit, because no kernel does. */
  readonly watchMemory: boolean
}

/** Seconds the launcher waits for the app and its server to end before it kills them. */
const LAUNCHER_GRACE_SECONDS = 5

/** Writes `config.json` atomically. Throws AppError if the run folder cannot be written. */
export async function writeLauncherConfig(spec: RunSpec, place: LauncherPlace): Promise<void> {
  const { watchMemory, venvRoot, environment, volume, constraints, ...rest } = place
  const config: LauncherConfig = {
    version: 1,
    instanceId: spec.instanceId,
    sha256: spec.bundle.sha256,
    module: spec.manifest.module,
    name: spec.manifest.name,
    appVersion: spec.manifest.version,
    ...rest,
    venvRoot,
    environment,
    volume,
    constraints,
    memory:
      spec.memoryLimit === undefined
        ? undefined
        : { limit: Math.floor(spec.memoryLimit), watch: watchMemory },
    log: { segmentBytes: spec.log.segmentBytes, totalBytes: spec.log.totalBytes },
    graceSeconds: LAUNCHER_GRACE_SECONDS
  }
  await replaceFile(join(spec.runFolder, 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`)
}

/** The launcher's state. Undefined if there is none yet, or if this version does not know its format. */
export async function readLauncherState(runFolder: string): Promise<LauncherState | undefined> {
  return LauncherState.safeParse(await readRunFile(runFolder, 'state.json')).data
}

/** A larger file in a run folder is not from the launcher and is ignored. In bytes. */
const LARGEST = 256 * 1024

/**
 * Parsed JSON of a file in a run folder. The app can write there too: undefined if the file is missing or not credible.
 */
export async function readRunFile(
  runFolder: string,
  name: 'state.json' | 'config.json' | 'docker.json'
): Promise<unknown> {
  const path = join(runFolder, name)
  try {
    await using file = await openPlain(path)
    if (!file || (await file.stat()).size > LARGEST) return undefined
    return JSON.parse(await file.readFile('utf8'))
  } catch (error) {
    // An app can remove its own user's rights. Engines know whether an instance runs; this file only adds how it runs.
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof SyntaxError || code === 'EACCES' || code === 'EPERM') return undefined
    throw fileError(error, t`${path} could not be read`)
  }
}

/** Milliseconds after which a live launcher counts as running even if it has written no state. */
const STATE_PATIENCE_MS = 20_000

/**
 * Waits for the first state of a new run; `before` is the state of the previous run. Undefined if `ended` reports that
 * the launcher ended without writing a state, or if the wait takes too long. Rejects when the signal aborts.
 */
export async function untilFirstState(
  runFolder: string,
  before: LauncherState | undefined,
  ended: () => boolean | Promise<boolean>,
  signal?: AbortSignal
): Promise<LauncherState | undefined> {
  const end = performance.now() + STATE_PATIENCE_MS
  for (;;) {
    // Check this first, so that a state written before the end is still read.
    const gone = await ended()
    const state = await readLauncherState(runFolder)
    if (state && (state.startedAt !== before?.startedAt || state.pid !== before.pid)) return state
    if (gone || performance.now() > end) return undefined
    await delay(15, undefined, signal ? { signal } : {})
  }
}

/** The error when the launcher could not even open its run folder. `complaints` is what it printed. */
export function launcherFailed(complaints: string, cause?: unknown): AppError {
  const last = complaints.trim().split('\n').slice(-3).join(' ')
  return new AppError(
    'UNAVAILABLE',
    last
      ? t`The launcher ended as soon as it was started: ${last}`
      : t`The launcher ended as soon as it was started.`,
    t`Check that the disk is not full and that the state folder can be written, then start again.`,
    { cause }
  )
}

/** Parsed JSON of a file. Undefined if it is missing or not JSON. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw fileError(error, t`${path} could not be read`)
  }
}
