/** Updates: asks the channel when the user wants it asked, remembers what it said, fetches on a click. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gt } from 'semver'
import { z } from 'zod'
import { AppError, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { Release, UpdateChannel, type Updates } from '#shared/updates.ts'
import { setAside } from '../files/damaged.ts'
import { replaceFile } from '../files/files.ts'
import { sealed, unsealed } from '../files/sealed.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { UpdateSource } from '../ports.ts'
import type { SettingsStore } from './settings.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

/** The last look; kept, so that a restart neither asks again nor forgets. */
const Look = z.object({
  at: z.iso.datetime(),
  channel: UpdateChannel,
  offered: Release.optional(),
  problem: z.object({ message: z.string(), hint: z.string().optional() }).optional()
})
type Look = z.infer<typeof Look>

export interface UpdatesOptions {
  /** Undefined where this build was made without a channel. */
  readonly source: (() => Promise<UpdateSource>) | undefined
  readonly version: string
  readonly settings: SettingsStore
  readonly jobs: Pick<Jobs, 'start' | 'acknowledged'>
  readonly stateFolder: string
  readonly now?: () => Date
}

export interface UpdatesService {
  state(): Promise<Updates>
  look(signal?: AbortSignal): Promise<Updates>
  /** Looks where the user wants that done by itself and a day has passed. A failure is kept, not thrown. */
  lookIfDue(signal?: AbortSignal): Promise<void>
  fetch(): Promise<{ jobId: string }>
  installOnQuit(wanted: boolean): Promise<Updates>
}

export function createUpdates(options: UpdatesOptions): UpdatesService {
  const { version, settings, jobs, now = () => new Date() } = options
  const file = join(options.stateFolder, 'updates.json')
  let fetched: string | undefined
  let onQuit = false
  let looking: Promise<void> | undefined

  async function opened(): Promise<UpdateSource> {
    if (!options.source)
      throw new AppError(
        'UNSUPPORTED',
        t`This build looks for no updates: it was made without a channel.`,
        t`Get a newer one where you got this one.`
      )
    return options.source()
  }

  /** The channel, where the user lets it be asked. */
  async function asked(): Promise<UpdateSource> {
    const source = await opened()
    if ((await settings.read()).updates !== 'never') return source
    throw new AppError(
      'FORBIDDEN',
      t`The update channel is not asked: the settings say never.`,
      t`Choose “When I ask” under Updates in the settings first.`
    )
  }

  async function lastLook(): Promise<Look | undefined> {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    try {
      return Look.parse(JSON.parse(unsealed(text)))
    } catch {
      await setAside(file)
      return undefined
    }
  }

  async function found(): Promise<Release | undefined> {
    const [look, { updateChannel }] = await Promise.all([lastLook(), settings.read()])
    const offered = look?.channel === updateChannel ? look.offered : undefined
    return offered && gt(offered.version, version) ? offered : undefined
  }

  async function state(): Promise<Updates> {
    if (!options.source) return { canInstall: false, fetched: false, installOnQuit: false }
    const [{ address, canInstall }, look, release] = await Promise.all([opened(), lastLook(), found()])
    return {
      address,
      canInstall,
      lookedAt: look?.at,
      problem: look?.problem,
      found: release,
      fetched: release !== undefined && release.version === fetched,
      installOnQuit: onQuit
    }
  }

  /** Windows that ask at the same time ask once. */
  function ask(given: AbortSignal | undefined, keepProblem: boolean): Promise<void> {
    looking ??= askNow(given ?? new AbortController().signal, keepProblem).finally(() => {
      looking = undefined
    })
    return looking
  }

  async function askNow(signal: AbortSignal, keepProblem: boolean): Promise<void> {
    const { updateChannel: channel } = await settings.read()
    const keep = (look: Omit<Look, 'at' | 'channel'>) =>
      replaceFile(file, sealed(JSON.stringify({ at: now().toISOString(), channel, ...look })), {
        mode: 0o600
      })
    try {
      const offered = await (await opened()).newest(channel, signal)
      await keep({ offered })
    } catch (error) {
      if (!keepProblem) throw error
      const { message, hint } = reportOf(error)
      await keep({ problem: { message, hint } })
    }
  }

  return {
    state,
    async look(signal) {
      await asked()
      await ask(signal, false)
      return state()
    },
    async lookIfDue(signal) {
      if (!options.source || (await settings.read()).updates !== 'daily') return
      const last = Date.parse((await lastLook())?.at ?? '')
      const passed = now().getTime() - last
      // A look of the future is one of a clock that was wrong.
      if (passed >= 0 && passed < DAY_MS) return
      await ask(signal, true)
    },
    async fetch() {
      const source = await asked()
      const release = await found()
      if (!release) throw new AppError('NOT_FOUND', t`No newer version was found.`, t`Check for one first.`)
      if (!source.canInstall)
        throw new AppError(
          'UNSUPPORTED',
          t`This kind of installation does not replace itself.`,
          t`Get the newer version where you got this one.`
        )
      const { updateChannel } = await settings.read()
      onQuit = false
      const job = jobs.start('update', { code: 'name', name: release.version }, async ({ stage, signal }) => {
        stage({ code: 'downloading-update' })
        const progress = (done: number, total: number) =>
          stage({ code: 'downloading-update' }, (done / total) * 100, { done, total })
        await source.fetch(updateChannel, release.version, progress, signal)
        fetched = release.version
        return {}
      })
      return jobs.acknowledged(job)
    },
    async installOnQuit(wanted) {
      const source = await opened()
      if (wanted && (await state()).fetched === false)
        throw new AppError(
          'CONFLICT',
          t`Nothing is there to be installed.`,
          t`Download the newer version first.`
        )
      await source.installOnQuit(wanted)
      onQuit = wanted
      return state()
    }
  }
}
