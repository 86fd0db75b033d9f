/** Updates: checks the channel as the user's settings allow, remembers the answer, downloads when the user clicks. */
import { join } from 'node:path'
import { gt } from 'semver'
import { AppError, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Release, Updates } from '#shared/updates.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { UpdateSource } from '../ports.ts'
import type { SettingsStore } from './settings.ts'
import { readUpdateCheck, type UpdateCheck, writeUpdateCheck } from './update-check.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

/** The options of the update service. */
export interface UpdatesOptions {
  /** Undefined if this build was made without a channel. */
  readonly source: (() => Promise<UpdateSource>) | undefined
  readonly version: string
  readonly settings: SettingsStore
  readonly jobs: Pick<Jobs, 'start' | 'acknowledged'>
  readonly stateFolder: string
  readonly now?: () => Date
}

/** Checks for newer versions and downloads them, as the user's settings allow. */
export interface UpdatesService {
  state(): Promise<Updates>
  look(signal?: AbortSignal): Promise<Updates>
  /** Checks if the user wants automatic checks and a day has passed. A failure is stored, not thrown. */
  lookIfDue(signal?: AbortSignal): Promise<void>
  fetch(): Promise<{ jobId: string }>
  installOnQuit(wanted: boolean): Promise<Updates>
}

/** The state of the service while the host runs. */
interface UpdateWork extends UpdatesOptions {
  readonly now: () => Date
  /** Where the last check is stored. */
  readonly file: string
  /** The version downloaded since the host started. */
  fetched: string | undefined
  installOnQuit: boolean
  /** The check in progress. */
  checking: Promise<void> | undefined
}

/** The service of one host. */
export function createUpdates(options: UpdatesOptions): UpdatesService {
  const work: UpdateWork = {
    ...options,
    now: options.now ?? (() => new Date()),
    file: join(options.stateFolder, 'updates.json'),
    fetched: undefined,
    installOnQuit: false,
    checking: undefined
  }
  return {
    state: () => stateOf(work),
    look: signal => check(work, signal),
    lookIfDue: signal => checkIfDue(work, signal),
    fetch: () => download(work),
    installOnQuit: wanted => setInstallOnQuit(work, wanted)
  }
}

async function stateOf(work: UpdateWork): Promise<Updates> {
  if (!work.source) return { canInstall: false, fetched: false, installOnQuit: false }
  const [{ address, canInstall }, last, found] = await Promise.all([
    openSource(work),
    readUpdateCheck(work.file),
    newerRelease(work)
  ])
  return {
    address,
    canInstall,
    lookedAt: last?.at,
    problem: last?.problem,
    found,
    fetched: found !== undefined && found.version === work.fetched,
    installOnQuit: work.installOnQuit
  }
}

async function check(work: UpdateWork, signal: AbortSignal | undefined): Promise<Updates> {
  await allowedSource(work)
  await askOnce(work, signal, false)
  return stateOf(work)
}

async function checkIfDue(work: UpdateWork, signal: AbortSignal | undefined): Promise<void> {
  if (!work.source || (await work.settings.read()).updates !== 'daily') return
  const last = Date.parse((await readUpdateCheck(work.file))?.at ?? '')
  const passed = work.now().getTime() - last
  // A check with a time in the future was stored while the clock was wrong.
  if (passed >= 0 && passed < DAY_MS) return
  await askOnce(work, signal, true)
}

/** Downloads the version that the last check found, as a job. */
async function download(work: UpdateWork): Promise<{ jobId: string }> {
  const { settings, jobs } = work
  const source = await allowedSource(work)
  const release = await newerRelease(work)
  if (!release) throw new AppError('NOT_FOUND', t`No newer version was found.`, t`Check for one first.`)
  if (!source.canInstall)
    throw new AppError(
      'UNSUPPORTED',
      t`This kind of installation does not replace itself.`,
      t`Get the newer version where you got this one.`
    )
  const { updateChannel } = await settings.read()
  work.installOnQuit = false
  const job = jobs.start('update', { code: 'name', name: release.version }, async ({ stage, signal }) => {
    stage({ code: 'downloading-update' })
    const progress = (done: number, total: number) =>
      stage({ code: 'downloading-update' }, (done / total) * 100, { done, total })
    await source.fetch(updateChannel, release.version, progress, signal)
    work.fetched = release.version
    return {}
  })
  return jobs.acknowledged(job)
}

async function setInstallOnQuit(work: UpdateWork, wanted: boolean): Promise<Updates> {
  const source = await openSource(work)
  if (wanted && (await stateOf(work)).fetched === false)
    throw new AppError('CONFLICT', t`Nothing is there to be installed.`, t`Download the newer version first.`)
  await source.installOnQuit(wanted)
  work.installOnQuit = wanted
  return stateOf(work)
}

/** The version that the last check of the chosen channel found, if it is newer than this one. */
async function newerRelease({ file, settings, version }: UpdateWork): Promise<Release | undefined> {
  const [last, { updateChannel }] = await Promise.all([readUpdateCheck(file), settings.read()])
  const offered = last?.channel === updateChannel ? last.offered : undefined
  return offered && gt(offered.version, version) ? offered : undefined
}

/** The channel, if this build has one. */
async function openSource({ source }: UpdateWork): Promise<UpdateSource> {
  if (!source)
    throw new AppError(
      'UNSUPPORTED',
      t`This build cannot check for updates: it was made without an update channel.`,
      t`Get a newer one where you got this one.`
    )
  return source()
}

/** The channel, if the user's settings allow checks. */
async function allowedSource(work: UpdateWork): Promise<UpdateSource> {
  const source = await openSource(work)
  if ((await work.settings.read()).updates !== 'never') return source
  throw new AppError(
    'FORBIDDEN',
    t`The update channel is not asked: the settings say never.`,
    t`Choose “When I ask” under Updates in the settings first.`
  )
}

/** Checks the channel; simultaneous requests share one check. */
function askOnce(work: UpdateWork, signal: AbortSignal | undefined, storeProblem: boolean): Promise<void> {
  work.checking ??= ask(work, signal ?? new AbortController().signal, storeProblem).finally(() => {
    work.checking = undefined
  })
  return work.checking
}

/** Stores the channel's offer. With `storeProblem`, also stores a failure instead of throwing it. */
async function ask(work: UpdateWork, signal: AbortSignal, storeProblem: boolean): Promise<void> {
  const { updateChannel: channel } = await work.settings.read()
  const store = (answer: Pick<UpdateCheck, 'offered' | 'problem'>) =>
    writeUpdateCheck(work.file, { at: work.now().toISOString(), channel, ...answer })
  try {
    const offered = await (await openSource(work)).newest(channel, signal)
    await store({ offered })
  } catch (error) {
    if (!storeProblem) throw error
    const { message, hint } = reportOf(error)
    await store({ problem: { message, hint } })
  }
}
