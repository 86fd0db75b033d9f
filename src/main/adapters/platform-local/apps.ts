/** Apps of the local platform: each has a row, and its bundle on disk, named by its hash. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { iconOf } from '#core/platform/app.ts'
import { existsAlready, requireImportable } from '#core/platform/importable.ts'
import { requireOwned } from '#core/platform/visibility.ts'
import type { App, Visibility } from '#shared/app.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { isDuplicate } from '../store/errors.ts'
import { listRows, requireApp, toApp } from './app-records.ts'
import type { BundleFiles } from './bundles.ts'
import type { LocalContext } from './context.ts'
import type { Procedures } from './procedures.ts'
import { watchApps } from './watch-apps.ts'

export function appsRouter(
  { apps: noun }: Procedures,
  context: LocalContext,
  bundles: BundleFiles,
  remove: (user: string, id: string, signal?: AbortSignal) => Promise<void>
) {
  const app = async (user: string, id: string) => requireApp(await context.store(), id, user)
  const fileOf = async (user: string, id: string) => bundles.path((await app(user, id)).sha256)

  return noun.router({
    list: noun.list.handler(async ({ context: { user }, input: { all, ephemeral } }) =>
      listRows(await context.store(), user, all, ephemeral).map(toApp)
    ),
    watch: noun.watch.handler(({ context: { user }, input: { all }, signal }) =>
      watchApps(context, user, all, signal)
    ),
    get: noun.get.handler(async ({ context: { user }, input }) => toApp(await app(user, input.id))),
    contents: noun.contents.handler(async ({ context: { user }, input, signal }) =>
      context.inspect(await fileOf(user, input.id), { signal })
    ),
    text: noun.text.handler(async ({ context: { user }, input }) => {
      const { bundleText } = await import('#core/bundle/read/text.ts')
      return bundleText(await fileOf(user, input.id), input.file)
    }),
    import: noun.import.handler(({ context: { user }, input, signal }) =>
      importBundle(context, bundles, user, input, signal)
    ),
    icon: noun.icon.handler(async ({ context: { user }, input, signal }) => {
      const { icon: name, sha256 } = await app(user, input.id)
      if (name === '') return {}
      const { bundleIcon } = await import('#core/bundle/read/icon.ts')
      const icon = await bundleIcon(bundles.path(sha256), `static/${name}`, signal)
      return icon ? { icon } : {}
    }),
    update: noun.update.handler(async ({ context: { user }, input: { id, visibility } }) => {
      requireOwned(await app(user, id), user)
      const store = await context.store()
      store.run('UPDATE apps SET visibility = ?, updated_at = ? WHERE id = ?', visibility, context.now(), id)
      return toApp(requireApp(store, id, user))
    }),
    remove: noun.remove.handler(({ context: { user }, input, signal }) => remove(user, input.id, signal))
  })
}

interface ImportInput {
  readonly sha256: string
  readonly visibility: Visibility
  readonly version?: string | undefined
  readonly ephemeral: boolean
}

async function importBundle(
  context: LocalContext,
  bundles: BundleFiles,
  user: string,
  input: ImportInput,
  signal?: AbortSignal
): Promise<App> {
  const store = await context.store()
  const file = bundles.path(input.sha256)
  requireBundle(file)
  // A known bundle was inspected at its first import: an unchanged project that runs again skips that.
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
      // Checked under the write lock, so that nothing can remove the bundle as unreferenced before the commit.
      requireBundle(file)
      store.run(
        `INSERT INTO apps (id, name, version, owner, visibility, ephemeral, manifest, sha256, size, icon,
           created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, Name, version, user, input.visibility, Number(input.ephemeral), JSON.stringify(manifest)],
        ...[input.sha256, listing.size, iconOf(listing), time, time]
      )
    })
  } catch (error) {
    throw isDuplicate(error) ? existsAlready(Name, version) : error
  }
  return toApp(requireApp(store, id, user))
}

function requireBundle(file: string): void {
  if (existsSync(file)) return
  throw new AppError('NOT_FOUND', t`This bundle was not uploaded whole.`, t`Upload it, then import it again.`)
}
