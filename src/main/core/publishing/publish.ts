/** From a folder or a `.qz` to an App on a platform, and to a ready Instance: the stages of the main job. */
import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type App, isDeployVersion, type Visibility } from '#shared/app.ts'
import { AppError, isCancelled } from '#shared/errors.ts'
import { type Finding, hasErrors } from '#shared/finding.ts'
import type { EngineKind, EnvOverride, Instance } from '#shared/instance.ts'
import { isEnded } from '#shared/instance-state.ts'
import type { JobResult } from '#shared/job.ts'
import { t } from '#shared/language.ts'
import { lastWords } from '#shared/last-lines.ts'
import type { Manifest } from '#shared/manifest.ts'
import type { Platform } from '#shared/platform.ts'
import { deployVersion } from '#shared/version.ts'
import { reportFiles } from '../bundle/write/report.ts'
import { writeBundle } from '../bundle/write/write.ts'
import { fileError, makeFolder } from '../files/files.ts'
import type { JobContext } from '../jobs/jobs.ts'
import type { InTurn } from '../jobs/turns.ts'
import { type BundleFile, importApp } from './upload.ts'

/** Folders of the host for this work: one for temporary bundles, one for the index that speeds up the next bundle. */
export interface PublishFolders {
  readonly temporary: string
  readonly index: string
  /** Bytes of a project's files above which a finding reports it; no limit if it is absent or returns 0. */
  readonly sizeBudget?: (() => Promise<number>) | undefined
}

/** A bundle, with name and version from its manifest. */
type NamedBundle = BundleFile & { readonly name: string | undefined; readonly version: string | undefined }

function nameOf(manifest: Manifest | undefined): Pick<NamedBundle, 'name' | 'version'> {
  return { name: manifest?.App.Name, version: manifest?.App.Version }
}

/** Checks a project and writes its bundle. INVALID with data.findings if it breaks a rule. */
export async function bundleProject(
  folder: string,
  output: string,
  folders: PublishFolders,
  job: JobContext
): Promise<NamedBundle> {
  job.stage({ code: 'checking' })
  const report = await reportFiles(folder, {
    signal: job.signal,
    cacheFolder: folders.index,
    sizeBudget: await folders.sizeBudget?.()
  })
  if (hasErrors(report.findings)) {
    throw refusal(
      report.findings,
      problems => t`${problems} problems keep this project from being bundled.`,
      t`Fix the problems listed, then try again.`
    )
  }
  job.found({ findings: report.findings })
  job.stage({ code: 'bundling' }, 0)
  const { sha256, size, count } = await writeBundle({
    folder,
    output,
    signal: job.signal,
    cacheFolder: folders.index,
    listing: report.listing,
    onProgress: ({ stage, done, total }) => {
      if (stage === 'compressing')
        job.stage({ code: 'bundling' }, total === 0 ? 0 : (100 * done) / total, { done, total })
    }
  })
  job.log(t`Bundled ${count} files, ${size} bytes, SHA-256 ${sha256}`)
  return { file: output, sha256, size, ...nameOf(report.manifest) }
}

export interface PublishRequest {
  /** A project's folder, or a `.qz`. */
  readonly path: string
  readonly visibility: Visibility
  readonly deploy: boolean
  readonly wait: boolean
}

/**
 * The body of a publish job: bundle, upload, import, and with `deploy` run. If it is cancelled, it removes what it
 * made. Jobs take turns until their app is imported; while an app starts, the next job can go on.
 */
export async function publish(
  platform: Platform,
  request: PublishRequest,
  folders: PublishFolders,
  job: JobContext,
  inTurn: InTurn = (_job, work) => work()
): Promise<JobResult> {
  const { visibility, deploy } = request
  const options = { visibility, ephemeral: false }
  const { app, sha256 } = await inTurn(job, () =>
    withBundle(request.path, folders, job, async bundle => ({
      app: await (deploy ? importStamped : importApp)(platform, bundle, options, job),
      sha256: bundle.sha256
    }))
  )
  return takingBack(platform, app, job, async () => {
    // A cancellation at the last moment still counts.
    job.signal.throwIfAborted()
    job.found({ appId: app.id })
    if (!deploy) return { appId: app.id, sha256 }
    job.stage({ code: 'creating-instance' })
    const instance = await platform.instances.run({ appId: app.id, visibility }, job)
    job.found({ instanceId: instance.id })
    if (request.wait) await waitUntilReady(platform, instance.id, job)
    return { appId: app.id, instanceId: instance.id, sha256 }
  })
}

export interface RunRequest {
  readonly path: string
  readonly env: Readonly<Record<string, EnvOverride>>
  readonly port?: number | undefined
  readonly engine?: EngineKind | undefined
  /** The project's last local run; the new run takes over its place and log. It may be gone already. */
  readonly replaces?: string | undefined
  /** Whether it ends with this process. */
  readonly attached?: boolean | undefined
}

/**
 * The body of a local run: an ephemeral App and Instance on this computer's platform. The job ends when the app is
 * ready. An instance that fails stays, with its log, until it is removed or the project runs again. The run that it
 * replaces continues until the new bundle is ready; if the job is cancelled, that run is kept, but stopped.
 */
export async function runProject(
  platform: Platform,
  request: RunRequest,
  folders: PublishFolders,
  job: JobContext
): Promise<JobResult> {
  const { path, env, port, engine, attached = false } = request
  return withBundle(path, folders, job, async bundle => {
    const app = await importStamped(platform, bundle, { visibility: 'PRIVATE', ephemeral: true }, job)
    return takingBack(platform, app, job, async () => {
      const replaces = await endLastRun(platform, request.replaces, app, job)
      job.stage({ code: 'creating-instance' })
      const options = { ...(port && { port }), ...(engine && { engine }), ...(replaces && { replaces }) }
      const instance = await platform.instances.run(
        { appId: app.id, env: { ...env }, ephemeral: true, attached, ...options },
        job
      )
      job.found({ appId: app.id, instanceId: instance.id })
      await waitUntilReady(platform, instance.id, job)
      return { appId: app.id, instanceId: instance.id, sha256: bundle.sha256 }
    })
  })
}

/** Stops the run to be replaced; undefined if it is gone or is not a local run of this Name. */
async function endLastRun(
  platform: Platform,
  id: string | undefined,
  app: App,
  job: JobContext
): Promise<string | undefined> {
  const instances = id === undefined ? [] : await platform.instances.list({})
  const last = instances.find(other => other.id === id && other.ephemeral && other.app.name === app.name)
  if (!last) return undefined
  job.stage({ code: 'stopping-last-run' })
  await platform.instances.stop({ id: last.id }, job)
  return last.id
}

/** Waits until an instance is ready. A failed start is UNAVAILABLE with its reason and last lines. */
export async function waitUntilReady(
  platform: Platform,
  instanceId: string,
  job: JobContext
): Promise<Instance> {
  const changes = await platform.instances.watch({ all: true }, { signal: job.signal })
  for await (const { changed } of changes) {
    const instance = changed.find(other => other.id === instanceId)
    if (!instance) continue
    if (instance.state === 'ready') return instance
    if (isEnded(instance)) throw await startFailure(platform, instance)
    job.stage({ code: 'starting-instance', phase: instance.phase ?? 'starting' }, instance.percent)
  }
  job.signal.throwIfAborted()
  throw new AppError(
    'UNAVAILABLE',
    t`The platform stopped telling about this instance.`,
    t`Check its state, then try again.`
  )
}

const LAST_LINES = 20

async function startFailure(platform: Platform, instance: Instance): Promise<AppError> {
  const lines = await lastWords(platform, instance.id, LAST_LINES).catch(() => [])
  const { reason, app } = instance
  const why = reason?.message ?? t`It was stopped.`
  return new AppError(
    'UNAVAILABLE',
    t`${app.title} ${app.version} did not become ready. ${why}`,
    reason?.hint ?? t`See its whole log: q8s-cli instance logs ${instance.id}`,
    { data: { instanceId: instance.id, reason, lastLines: lines.map(line => line.text) } }
  )
}

/** Bundles a folder into a temporary file that exists during `use`, or uses a `.qz` as it is. */
async function withBundle<T>(
  path: string,
  folders: PublishFolders,
  job: JobContext,
  use: (bundle: NamedBundle) => Promise<T>
): Promise<T> {
  const info = await stat(path).catch(error => {
    throw fileError(error, t`${path} could not be opened`)
  })
  if (info.isFile()) return use(await existingBundle(path, info.size, job))
  await makeFolder(folders.temporary)
  const file = join(folders.temporary, `${randomUUID()}.qz`)
  try {
    return await use(await bundleProject(path, file, folders, job))
  } finally {
    await rm(file, { force: true })
  }
}

async function existingBundle(file: string, size: number, job: JobContext) {
  job.stage({ code: 'reading-bundle' })
  const { inspectBundle } = await import('../bundle/read/index.ts')
  const { manifest, findings, sha256 } = await inspectBundle(file, { signal: job.signal })
  if (hasErrors(findings)) {
    throw refusal(
      findings,
      problems => t`${problems} problems keep this bundle from being imported.`,
      t`Bundle the project again.`
    )
  }
  job.found({ findings })
  return { file, size, sha256, ...nameOf(manifest) }
}

/** A single problem becomes the message; several are counted, and the findings in the error describe each. */
function refusal(findings: readonly Finding[], several: (count: number) => string, hint: string): AppError {
  const errors = findings.filter(finding => finding.severity === 'error')
  const [first] = errors
  const message = errors.length === 1 && first ? first.message : several(errors.length)
  return new AppError('INVALID', message, hint, { data: { findings } })
}

/**
 * Imports under the manifest's version with a UTC stamp. If another deploy has that stamp, it tries the second after
 * the newest stamp, and repeats this until it succeeds: each conflict means that another deploy was completed.
 */
async function importStamped(
  platform: Platform,
  bundle: NamedBundle,
  options: { visibility: Visibility; ephemeral: boolean },
  job: JobContext
): Promise<App> {
  const base = bundle.version ?? '0.0.0'
  for (let second = Date.now(); ; second += 1000) {
    if (!options.ephemeral)
      second = Math.max(second, await afterNewest(platform, bundle.name, base, job.signal))
    const version = deployVersion(base, new Date(second))
    try {
      return await importApp(platform, bundle, { ...options, version }, job)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CONFLICT' || error.data?.version !== version)
        throw error
    }
  }
}

/**
 * A second after the newest stamp of this version, so that a clock that was set back does not put a deploy before an
 * earlier one.
 */
async function afterNewest(
  platform: Platform,
  name: string | undefined,
  base: string,
  signal: AbortSignal
): Promise<number> {
  const prefix = deployVersion(base, new Date(0)).slice(0, -STAMP_DIGITS)
  const stamps = (await platform.apps.list({}, { signal }))
    .filter(app => app.name === name && app.version.startsWith(prefix) && isDeployVersion(app.version))
    .map(app => app.version.slice(-STAMP_DIGITS))
  const newest = stamps.reduce((latest, stamp) => (stamp > latest ? stamp : latest), '')
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(newest) ?? []
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(time) ? 0 : time + 1000
}

const STAMP_DIGITS = 14

/** Runs work; if it is cancelled, removes the imported app and its instances. */
async function takingBack<T>(
  platform: Platform,
  app: App,
  job: JobContext,
  work: () => Promise<T>
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!job.signal.aborted && !isCancelled(error)) throw error
    const instances = await platform.instances.list({})
    const made = instances.filter(other => other.app.id === app.id)
    for (const { id, restarts } of made) {
      await platform.instances.stop({ id })
      // An instance that ran before keeps its log, so its app stays too.
      if (restarts > 0) throw error
      await platform.instances.remove({ id })
    }
    const apps = await platform.apps.list({ ephemeral: true })
    if (apps.some(other => other.id === app.id)) await platform.apps.remove({ id: app.id })
    throw error
  }
}
