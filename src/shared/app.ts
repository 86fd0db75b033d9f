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
  /** Title in the manifest, or its Name if it has no title. */
  title: z.string(),
  description: z.string(),
  category: z.string(),
  keywords: z.array(z.string()),
  owner: z.string(),
  visibility: Visibility,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** SHA-256 and size in bytes of the bundle, and its file name: `name.version.qz`. */
  bundle: z.object({ sha256: Sha256, size: z.int().min(0), location: z.string() }),
  /** Path of the bundle's icon: `name.version/icon.png`; empty if it has none. */
  iconLocation: z.string(),
  /** MemoryLimit as written in the manifest, for display. */
  memoryLimit: z.string().optional(),
  /** Created by a local run of a project: hidden from the catalog, removed with its instance. */
  ephemeral: z.boolean()
})
export type App = z.infer<typeof App>

/** Whether `bundle deploy` made the version: it then ends in a UTC stamp, and is never "latest". */
export function isDeployVersion(version: string): boolean {
  return /-\d{14}$/.test(version)
}

export const AppChanges = z.object({
  changed: z.array(App),
  removed: z.array(z.uuid()),
  /** The next event continues the same change. */
  more: z.boolean()
})
export type AppChanges = z.infer<typeof AppChanges>

/** The instances that prevent the change. */
export const InUse = z.object({ instances: z.array(z.uuid()) })

export const appsContract = {
  /** Apps the caller may see: their own, and those shown to ALL_USERS. Newest first. */
  list: procedure
    .route({ method: 'GET', path: '/apps' })
    .input(
      z.object({
        /** Include apps that other users published to all users; otherwise only the caller's own. */
        all: z.boolean().default(false),
        /** Include the apps behind local runs of projects. */
        ephemeral: z.boolean().default(false)
      })
    )
    .output(z.array(App)),
  /** Sends everything `list` returns without the ephemeral apps, in pieces; then each change. Changes are conflated. */
  watch: procedure
    .route({ method: 'GET', path: '/apps/watch' })
    .input(z.object({ all: z.boolean().default(false) }))
    .output(eventIterator(AppChanges)),
  /** NOT_FOUND if the app does not exist or the caller may not see it. */
  get: procedure
    .route({ method: 'GET', path: '/apps/{id}' })
    .errors(NOT_FOUND)
    .input(z.object({ id: z.uuid() }))
    .output(App),
  /**
   * Makes an App from an uploaded bundle. CONFLICT if Name + Version exists, INVALID with data.findings if the bundle
   * breaks a rule, NOT_FOUND if the upload is missing or incomplete.
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
        /**
         * Replaces the manifest's Version: `deploy` adds its stamp this way and leaves the project's file unchanged.
         */
        version: z.string().optional(),
        ephemeral: z.boolean().default(false)
      })
    )
    .output(App),
  /** Lists the files in the App's bundle. */
  contents: procedure
    .route({ method: 'GET', path: '/apps/{id}/contents' })
    .errors(NOT_FOUND)
    .input(z.object({ id: z.uuid() }))
    .output(BundleListing),
  /** Reads a file of the App's bundle; NOT_FOUND if the bundle has no file at that path. */
  text: procedure
    .route({ method: 'GET', path: '/apps/{id}/text' })
    .errors(NOT_FOUND)
    .input(z.object({ id: z.uuid(), file: z.string().min(1).max(4096) }))
    .output(FileText),
  /** PNG or JPEG of at most 512 KiB; absent if the bundle has none. */
  icon: procedure
    .route({ method: 'GET', path: '/apps/{id}/icon' })
    .errors(NOT_FOUND)
    .input(z.object({ id: z.uuid() }))
    .output(z.object({ icon: z.instanceof(Blob).optional() })),
  /** FORBIDDEN if the caller is not the owner. */
  update: procedure
    .route({ method: 'PATCH', path: '/apps/{id}' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN })
    .input(z.object({ id: z.uuid(), visibility: Visibility }))
    .output(App),
  /** Also removes stopped and failed instances. CONFLICT with data.instances while other instances of the app exist. */
  remove: procedure
    .route({ method: 'DELETE', path: '/apps/{id}' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN, ...conflict(InUse) })
    .input(z.object({ id: z.uuid() }))
    .output(z.void())
}
