/** Apps of the local platform: one row each, immutable but for visibility, their bundle on disk by its hash. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { App, Visibility } from '#shared/app.ts'
import type { BundleListing } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import { hasErrors } from '#shared/finding.ts'
import { plural, t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'
import type { Store } from '../store/database.ts'
import { isDuplicate } from '../store/errors.ts'
import type { BundleFiles } from './bundles.ts'
import type { LocalContext } from './context.ts'

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

export interface ImportInput {
  readonly sha256: string
  readonly visibility: Visibility
  readonly version?: string | undefined
  readonly ephemeral: boolean
}

export function createApps(context: LocalContext, bundles: BundleFiles) {
  const { user } = context

  async function list(input: { all: boolean; ephemeral: boolean }): Promise<App[]> {
    const rows = (await context.store()).all<AppRow>(
      `SELECT * FROM apps WHERE (owner = ? OR (? AND visibility = 'ALL_USERS')) AND (? OR NOT ephemeral)
       ORDER BY seq DESC`,
      user,
      Number(input.all),
      Number(input.ephemeral)
    )
    return rows.map(toApp)
  }

  async function importBundle(input: ImportInput, signal?: AbortSignal): Promise<App> {
    const store = await context.store()
    const file = bundles.path(input.sha256)
    requireBundle(file)
    // What was imported before was looked at then: a project that runs again unchanged does not wait for it.
    const isKnown =
      store.get('SELECT 1 AS known FROM apps WHERE sha256 = ? LIMIT 1', input.sha256) !== undefined
    const listing = await context.inspect(file, { signal, content: !isKnown })
    const manifest = await requireImportable(listing, input)
    const time = context.now()
    const { Name } = manifest.App
    const version = input.version ?? manifest.App.Version
    const id = randomUUID()
    try {
      store.transaction(() => {
        // Looked at under the write lock: nobody can remove it as unreferenced between here and the commit.
        requireBundle(file)
        store.run(
          `INSERT INTO apps (id, name, version, owner, visibility, ephemeral, manifest, sha256, size, icon,
             created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[id, Name, version, user, input.visibility, Number(input.ephemeral), JSON.stringify(manifest)],
          ...[input.sha256, listing.size, iconOf(listing), time, time]
        )
      })
    } catch (error) {
      throw isDuplicate(error) ? alreadyThere(Name, version) : error
    }
    return toApp(requireApp(store, id, user))
  }

  async function update({ id, visibility }: { id: string; visibility: Visibility }): Promise<App> {
    const store = await context.store()
    requireOwned(requireApp(store, id, user), user)
    store.run('UPDATE apps SET visibility = ?, updated_at = ? WHERE id = ?', visibility, context.now(), id)
    return toApp(requireApp(store, id, user))
  }

  const fileOf = async (id: string) => bundles.path(requireApp(await context.store(), id, user).sha256)

  return {
    list,
    get: async ({ id }: { id: string }) => toApp(requireApp(await context.store(), id, user)),
    contents: async ({ id }: { id: string }, signal?: AbortSignal) =>
      context.inspect(await fileOf(id), { signal }),
    async text({ id, file }: { id: string; file: string }) {
      const { bundleText } = await import('#core/bundle/read/text.ts')
      return bundleText(await fileOf(id), file)
    },
    async icon({ id }: { id: string }, signal?: AbortSignal): Promise<{ icon?: Blob }> {
      const row = requireApp(await context.store(), id, user)
      if (row.icon === '') return {}
      const { bundleIcon } = await import('#core/bundle/read/icon.ts')
      const icon = await bundleIcon(bundles.path(row.sha256), `static/${row.icon}`, signal)
      return icon ? { icon } : {}
    },
    import: importBundle,
    update
  }
}

/** NOT_FOUND when there is none or the user may not see it. */
export function requireApp(store: Store, id: string, user: string): AppRow {
  const row = store.get<AppRow>(
    `SELECT * FROM apps WHERE id = ? AND (owner = ? OR visibility = 'ALL_USERS')`,
    id,
    user
  )
  if (row) return row
  throw new AppError('NOT_FOUND', t`There is no app ${id}.`, t`See what there is: q8s-cli app list -a`)
}

export function requireOwned(row: { readonly id: string; readonly owner: string }, user: string): void {
  if (row.owner === user) return
  throw new AppError('FORBIDDEN', t`${row.id} belongs to ${row.owner}.`, t`Ask ${row.owner} to change it.`)
}

export function manifestOf(row: Pick<AppRow, 'manifest'>): Manifest {
  return JSON.parse(row.manifest) as Manifest
}

export function toApp(row: AppRow): App {
  const manifest = manifestOf(row)
  const { App: about, Runtime } = manifest
  const known = `${row.name}.${row.version}`
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    title: titleOf(manifest),
    description: about.Description ?? '',
    category: about.Category ?? 'Other',
    keywords: about.Keywords ?? [],
    owner: row.owner,
    visibility: row.visibility,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    bundle: { sha256: row.sha256, size: row.size, location: `${known}.qz` },
    iconLocation: row.icon ? `${known}/${row.icon}` : '',
    ...(Runtime.MemoryLimit === undefined ? {} : { memoryLimit: Runtime.MemoryLimit }),
    ephemeral: row.ephemeral === 1
  }
}

export function titleOf({ App: about }: Manifest): string {
  return about.Title || about.Name
}

function requireBundle(file: string): void {
  if (existsSync(file)) return
  throw new AppError('NOT_FOUND', t`This bundle was not uploaded whole.`, t`Upload it, then import it again.`)
}

/** The manifest of a bundle that may become an App; INVALID with data.findings otherwise. */
async function requireImportable(listing: BundleListing, input: ImportInput): Promise<Manifest> {
  const { manifest, findings } = listing
  const refuse = (message: string, hint?: string) =>
    new AppError('INVALID', message, hint, { data: { findings } })
  if (listing.sha256 !== input.sha256) {
    throw refuse(
      t`The stored bundle is damaged: its SHA-256 changed.`,
      t`Check the disk of the state folder.`
    )
  }
  if (hasErrors(findings) || !manifest) {
    const errors = findings.filter(finding => finding.severity === 'error')
    const first = errors[0]?.message ?? t`The bundle has no manifest.`
    throw refuse(
      errors.length > 1 ? t`The bundle has ${plural(errors.length, 'problem')}. ${first}` : first,
      t`Fix the problems listed, then bundle the project again.`
    )
  }
  const reserved = manifest.Env.find(({ Name }) => isReserved(Name))
  if (reserved) {
    throw refuse(
      t`[[Env]] asks for ${reserved.Name}: names beginning with Q8S are reserved.`,
      t`Rename it in the manifest, then bundle the project again.`
    )
  }
  if (input.version === undefined) return manifest
  // Loaded here: listing apps, which every command does, should not wait for it.
  const { isSemver } = await import('#shared/version.ts')
  if (!isSemver(input.version)) {
    throw refuse(
      t`The version "${input.version}" is not a semantic version.`,
      t`Use three numbers, as in 0.1.0.`
    )
  }
  return manifest
}

/** Environment names of q8s itself. */
export function isReserved(name: string): boolean {
  return /^Q8S/i.test(name)
}

/** File name of the icon the guide asks for: a png in `static/` whose name begins with `icon`. */
function iconOf({ entries }: BundleListing): string {
  const icons = entries
    .filter(({ kind, path }) => kind === 'file' && /^static\/icon[^/]*\.(png|jpe?g|svg)$/i.test(path))
    .map(({ path }) => path.slice('static/'.length))
  return icons.find(icon => icon.toLowerCase().endsWith('.png')) ?? icons[0] ?? ''
}

function alreadyThere(name: string, version: string): AppError {
  return new AppError(
    'CONFLICT',
    t`${name} ${version} exists already, and an app never changes.`,
    t`Raise Version first (\`q8s-cli bump\`), or use \`q8s-cli bundle deploy\`, which makes a version of
      its own.`,
    { data: { name, version } }
  )
}
