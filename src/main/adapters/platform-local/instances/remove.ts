/** Removes ended instances, apps with their instances, and instances whose command was killed. */

import { requireOwned } from '#core/platform/visibility.ts'
import { isEnded } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { requireApp } from '../app-records.ts'
import { cleanUp, cleanUpAll } from '../sweep.ts'
import { appInUse, nameOf, notEnded } from './errors.ts'
import { detached } from './orphans.ts'
import { ownedRow, type Parts } from './parts.ts'
import { deleteRow, removeEnded, rowsOfApp } from './records.ts'
import { stop } from './stop.ts'

export async function remove(parts: Parts, user: string, id: string): Promise<void> {
  const { context, bundles, observer } = parts
  const store = await context.store()
  const row = await ownedRow(parts, store, user, id)
  if (!removeEnded(store, row)) {
    throw notEnded(row, t`The instance ${nameOf(row)} is running and cannot be removed.`)
  }
  if (row.ephemeral) bundles.removeUnreferenced(store, row.sha256)
  await cleanUp(context, observer, row)
}

/** Removes an app with its ended instances. CONFLICT with data.instances if any has not ended. */
export async function removeApp(
  { context, bundles, observer }: Parts,
  user: string,
  id: string,
  signal?: AbortSignal
): Promise<void> {
  const store = await context.store()
  const app = requireApp(store, id, user)
  requireOwned(app, user)
  await observer.observeAll(rowsOfApp(store, id))
  const removed = store.transaction(() => {
    const rows = rowsOfApp(store, id)
    const running = rows.filter(row => !isEnded(row)).map(row => row.id)
    if (running.length > 0) throw appInUse(app, running)
    for (const row of rows) deleteRow(store, row)
    store.run('DELETE FROM apps WHERE id = ?', id)
    return rows
  })
  bundles.removeUnreferenced(store, app.sha256)
  await cleanUpAll(context, observer, removed, signal)
}

/** Ends and removes instances whose command was killed before it could. Failures do not block others. */
export async function endDetached(parts: Parts, signal?: AbortSignal): Promise<void> {
  for (const { id, owner } of detached(await parts.context.store())) {
    signal?.throwIfAborted()
    await endAndRemove(parts, owner, id, signal).catch(() => undefined)
  }
}

export async function endAndRemove(
  parts: Parts,
  owner: string,
  id: string,
  signal?: AbortSignal
): Promise<void> {
  await stop(parts, owner, id, signal)
  await remove(parts, owner, id)
}
