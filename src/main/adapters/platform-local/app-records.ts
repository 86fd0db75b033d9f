/** The rows of apps. Each app has one row, which never changes except for its visibility. */
import { appOf } from '#core/platform/app.ts'
import { maySee } from '#core/platform/visibility.ts'
import type { App, Visibility } from '#shared/app.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'
import type { Store } from '../store/database.ts'

export interface AppRow {
  readonly seq: number
  readonly id: string
  readonly name: string
  readonly version: string
  readonly owner: string
  readonly visibility: Visibility
  readonly ephemeral: number
  readonly manifest: string
  readonly sha256: string
  readonly size: number
  readonly icon: string
  readonly created_at: string
  readonly updated_at: string
}

/** The user's own apps; with `all` also apps that others show to all users. Newest first. */
export function listRows(store: Store, user: string, all: boolean, ephemeral: boolean): AppRow[] {
  return store.all(
    `SELECT * FROM apps WHERE (owner = ? OR (? AND visibility = 'ALL_USERS')) AND (? OR NOT ephemeral)
     ORDER BY seq DESC`,
    user,
    Number(all),
    Number(ephemeral)
  )
}

/** NOT_FOUND if it does not exist or the user may not see it. */
export function requireApp(store: Store, id: string, user: string): AppRow {
  const row = store.get<AppRow>('SELECT * FROM apps WHERE id = ?', id)
  if (row && maySee(row, user)) return row
  throw new AppError('NOT_FOUND', t`There is no app ${id}.`, t`See what there is: q8s-cli app list -a`)
}

export function manifestOf(row: Pick<AppRow, 'manifest'>): Manifest {
  return JSON.parse(row.manifest) as Manifest
}

export function toApp(row: AppRow): App {
  return appOf({
    id: row.id,
    name: row.name,
    version: row.version,
    owner: row.owner,
    visibility: row.visibility,
    ephemeral: row.ephemeral === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    manifest: manifestOf(row),
    bundle: { sha256: row.sha256, size: row.size },
    icon: row.icon
  })
}
