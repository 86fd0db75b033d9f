/** Apps: one immutable Name + Version on a platform; only its visibility changes. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { BundleListing, FileText } from './bundle.ts'
import { Finding } from './finding.ts'
import { conflict, FORBIDDEN, invalid, NOT_FOUND, procedure } from './procedure.ts'
import { Sha256 } from './sha256.ts'

export { Sha256 }

export const Visibility = z.enum(['PRIVATE', 'ALL_USERS'])
export type Visibility = z.infer<typeof Visibility>

export const App = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.string(),
  /** Title of the manifest, or its Name where it has none. */
  title: z.string(),
  description: z.string(),
  category: z.string(),
  keywords: z.array(z.string()),
  owner: z.string(),
  visibility: Visibility,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** SHA-256 and size in bytes of the bundle, and the file name it is known by: `name.version.qz`. */
  bundle: z.object({ sha256: Sha256, size: z.int().min(0), location: z.string() }),
  /** Where the icon of the bundle is known: `name.version/icon.png`; empty where it has none. */
  iconLocation: z.string(),
  /** MemoryLimit of the manifest as written, for display. */
  memoryLimit: z.string().optional(),
  /** Made by a project's local run: hidden from the catalog, removed with its instance. */
  ephemeral: z.boolean()
})
export type App = z.infer<typeof App>

/** A version `bundle deploy` made: it ends in a UTC stamp, and is never "latest". */
export function isDeployVersion(version: string): boolean {
  return /-\d{14}$/.test(version)
}

export const AppChanges = z.object({
  changed: z.array(App),
  removed: z.array(z.uuid()),
  /** The same change goes on in the next event. */
  more: z.boolean()
})
export type AppChanges = z.infer<typeof AppChanges>

/** The instances that stand in the way. */
export const InUse = z.object({ instances: z.array(z.uuid()) })

export const appsContract = {
  /** Apps the caller may see: their own, and those of ALL_USERS. Newest first. */
  list: procedure
    .route({ method: 'GET', path: '/apps' })
    .input(
      z.object({
        /** Also what others published to all users; else only the caller's own. */
        all: z.boolean().default(false),
        /** Also the apps behind local runs of projects. */
        ephemeral: z.boolean().default(false)
      })
    )
    .output(z.array(App)),
  /** First all that `list` gives without the ephemeral ones, in pieces, then what changes; conflated. */
  watch: procedure
    .route({ method: 'GET', path: '/apps/watch' })
    .input(z.object({ all: z.boolean().default(false) }))
    .output(eventIterator(AppChanges)),
  /** NOT_FOUND when there is none or the caller may not see it. */
  get: procedure
    .route({ method: 'GET', path: '/apps/{id}' })
    .errors(NOT_FOUND)
    .input(z.object({ id: z.uuid() }))
    .output(App),
  /**
   * Makes an App of an uploaded bundle. CONFLICT when Name + Version exists, INVALID with data.findings when the
   * bundle breaks a rule, NOT_FOUND when the bundle was not uploaded whole.
   */
  import: procedure
    .route({ method: 'POST', path: '/apps' })
    .errors({
      ...NOT_FOUND,
      ...invalid(z.object({ findings: z.array(Finding) }).optional()),
      ...conflict(z.object({ name: z.string(), version: z.string() }))
    })
    .input(
      z.object({
        sha256: Sha256,
        visibility: Visibility.default('PRIVATE'),
        /** Replaces the manifest's Version: how `deploy` adds its stamp without writing the project's file. */
        version: z.string().optional(),
        ephemeral: z.boolean().default(false)
      })
    )
    .output(App),
  /** What is in the App's bundle. */
  contents: procedure
    .route({ method: 'GET', path: '/apps/{id}/contents' })
    .errors(NOT_FOUND)
    .input(z.object({ id: z.uuid() }))
    .output(BundleListing),
  /** A file of the App's bundle; NOT_FOUND when it has none of that path. */
  text: procedure
    .route({ method: 'GET', path: '/apps/{id}/text' })
    .errors(NOT_FOUND)
    .input(z.object({ id: z.uuid(), file: z.string().min(1).max(4096) }))
    .output(FileText),
  /** PNG or JPEG of at most 512 KiB; absent where its bundle has none. */
  icon: procedure
    .route({ method: 'GET', path: '/apps/{id}/icon' })
    .errors(NOT_FOUND)
    .input(z.object({ id: z.uuid() }))
    .output(z.object({ icon: z.instanceof(Blob).optional() })),
  /** FORBIDDEN when the caller is not the owner. */
  update: procedure
    .route({ method: 'PATCH', path: '/apps/{id}' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN })
    .input(z.object({ id: z.uuid(), visibility: Visibility }))
    .output(App),
  /** CONFLICT with data.instances while instances of it are not stopped or failed; those that are go with it. */
  remove: procedure
    .route({ method: 'DELETE', path: '/apps/{id}' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN, ...conflict(InUse) })
    .input(z.object({ id: z.uuid() }))
    .output(z.void())
}
