/** The whole contract, bound to the services of one host and the platform of one profile. */
import { homedir } from 'node:os'
import type { Router } from '@orpc/server'
import type { contract } from '#shared/contract.ts'
import type { DockerFound } from '#shared/docker.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { spoken } from '#shared/languages/index.ts'
import type { Check, CheckId } from '#shared/system.ts'
import type { Leftovers } from '../clean-up/leftovers.ts'
import type { Kept } from '../host/preferences.ts'
import type { SettingsStore } from '../host/settings.ts'
import type { UpdatesService } from '../host/updates.ts'
import type { LoginItem, ShownApp } from '../ports.ts'
import type { Profiles } from '../profiles.ts'
import type { Support } from '../support/service.ts'
import { type Connection, os } from './context.ts'
import { routerForUser } from './platform.ts'
import { previewRouter } from './preview.ts'
import { type ProjectServices, projectsRouter } from './projects.ts'
import { publishingRouter } from './publishing.ts'
import { updatesRouter } from './updates.ts'
import { upkeepRouter } from './upkeep.ts'

export interface HostServices extends ProjectServices {
  readonly profiles: Profiles
  readonly version: string
  readonly host: 'electron' | 'browser' | 'cli'
  readonly logFolder: string
  readonly settings: SettingsStore
  readonly kept: Kept
  readonly support: () => Promise<Support>
  readonly leftovers: () => Promise<Leftovers>
  readonly updates: UpdatesService
  /** Every Docker installation found on this computer. */
  readonly dockers: (signal?: AbortSignal) => Promise<DockerFound[]>
  readonly checks: (
    wanted: { readonly only?: readonly CheckId[] | undefined; readonly connect?: boolean | undefined },
    signal?: AbortSignal
  ) => Promise<Check[]>
  /** The project that the host was started for, if any. */
  readonly firstProject?: (() => string | undefined) | undefined
  /** Present if the host has a folder dialog. */
  readonly pickFolder?: (() => Promise<string | undefined>) | undefined
  /** Present if the system can start the host at login. */
  readonly loginItem?: LoginItem | undefined
  /** Present if the host has windows for running apps; returns false for an address that it does not show. */
  readonly showApp?: ((app: ShownApp) => boolean) | undefined
}

export type HostRouter = Router<typeof contract, Connection>

/** The router of each profile. All share the host's own nouns, so that their jobs take turns whichever profile they are of. */
export function createRouters(services: HostServices): (profile: string) => HostRouter {
  const { profiles, jobs, settings, kept, support, pickFolder, showApp } = services
  const nouns = {
    projects: projectsRouter(services),
    publishing: publishingRouter(services),
    preview: previewRouter(services.locks),
    jobs: {
      list: os.jobs.list.handler(() => jobs.list()),
      history: os.jobs.history.handler(() => jobs.history()),
      get: os.jobs.get.handler(({ input }) => jobs.get(input.id)),
      watch: os.jobs.watch.handler(async ({ input, signal }) => jobs.watch(input.id, signal)),
      cancel: os.jobs.cancel.handler(({ input }) => jobs.cancel(input.id))
    },
    upkeep: upkeepRouter(jobs, services.leftovers),
    updates: updatesRouter(services.updates),
    system: {
      info: os.system.info.handler(({ context }) => ({
        version: services.version,
        host: services.host,
        language: spoken(),
        home: homedir(),
        logFolder: services.logFolder,
        canPickFolder: pickFolder !== undefined,
        canShowApp: showApp !== undefined,
        canStartAtLogin: services.loginItem !== undefined,
        project: services.firstProject?.(),
        profile: context.profile(),
        profiles: [...profiles.list()]
      })),
      checks: os.system.checks.handler(({ input, signal }) => services.checks(input ?? {}, signal)),
      settings: os.system.settings.handler(() => settings.read()),
      dockers: os.system.dockers.handler(({ signal }) => services.dockers(signal)),
      saveSettings: os.system.saveSettings.handler(({ input }) => settings.save(input)),
      startsAtLogin: os.system.startsAtLogin.handler(async () => ({ on: await startable(services).isOn() })),
      startAtLogin: os.system.startAtLogin.handler(async ({ input }) => {
        const item = startable(services)
        await item.turn(input.on)
        return { on: await item.isOn() }
      }),
      kept: os.system.kept.handler(async ({ input }) => {
        const text = await kept.read(input.name)
        return text === undefined ? null : { text }
      }),
      keep: os.system.keep.handler(({ input }) => kept.write(input.name, input.text)),
      prepareSupport: os.system.prepareSupport.handler(async ({ signal }) =>
        (await support()).prepare(signal)
      ),
      supportArchive: os.system.supportArchive.handler(async ({ input }) =>
        (await support()).archive(input.id)
      ),
      redact: os.system.redact.handler(async ({ input }) => ({
        text: await (await support()).redact(input.text)
      })),
      showApp: os.system.showApp.handler(async ({ input, context, signal }) => {
        if (!showApp)
          throw new AppError(
            'UNSUPPORTED',
            t`This host has no windows for apps.`,
            t`Open its address in a browser.`
          )
        const { id, app, url, state } = await (await context.platform()).instances.get(
          input,
          signal ? { signal } : {}
        )
        if (state !== 'ready' || !showApp({ id, title: app.title, url }))
          throw new AppError(
            'UNAVAILABLE',
            t`${app.title} cannot be shown: it is not ready.`,
            t`Check its state.`
          )
      }),
      pickFolder: os.system.pickFolder.handler(async () => {
        if (!pickFolder)
          throw new AppError(
            'UNSUPPORTED',
            t`This host has no folder dialog.`,
            t`Type the path of the folder.`
          )
        const path = await pickFolder()
        return path === undefined ? null : { path }
      })
    }
  }
  return profile =>
    os.router({
      ...nouns,
      // Mounted on its first call; no platform is opened before that.
      platform: os.platform.lazy(async () => ({ default: await routerForUser(() => profiles.open(profile)) }))
    })
}

function startable({ loginItem }: HostServices): LoginItem {
  if (loginItem) return loginItem
  throw new AppError('UNSUPPORTED', t`This host cannot be started at login.`, t`Use the installed app.`)
}
