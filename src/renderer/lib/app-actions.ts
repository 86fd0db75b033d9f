/** Removing apps, one or many, from more than one place of the window. */
import { useMemo } from 'react'
import type { App } from '#shared/app.ts'
import { useHost } from './client.ts'
import { confirm } from './dialogs.ts'
import { plural } from './humanise.ts'
import { removeWithUndo, UNDO_SECONDS } from './removal.ts'

export interface AppActions {
  /** Says what would be lost and asks; then removes them, unless it is undone within ten seconds. */
  remove(apps: readonly App[], ended: number): void
}

/** `ended` counts the ended instances of the apps, which go with them. */
export function useAppActions(): AppActions {
  const { client } = useHost()
  return useMemo(
    () => ({
      remove(apps, ended) {
        const ids = apps.map(({ id }) => id)
        const what = nameOf(apps)
        confirm({
          title: `Remove ${what}?`,
          text: appConsequence(apps.length, ended),
          action: apps.length === 1 ? 'Remove version' : `Remove ${plural(apps.length, 'version')}`,
          destructive: true,
          onConfirm: () =>
            void removeWithUndo(client, what, () =>
              client.upkeep.removeApps({ ids, undoSeconds: UNDO_SECONDS })
            )
        })
      }
    }),
    [client]
  )
}

/** What is lost, in words. */
export function appConsequence(versions: number, ended: number): string {
  const one = versions === 1
  const leaves = one
    ? 'This version leaves the catalog and nobody can run it any more.'
    : `${plural(versions, 'version')} leave the catalog and nobody can run them any more.`
  const goes = ended === 1 ? 'goes with its log and data' : 'go with their logs and data'
  const instances =
    ended === 0 ? '' : ` ${plural(ended, 'ended instance')} of ${one ? 'it' : 'them'} ${goes}.`
  return `${leaves}${instances} You can undo this for ten seconds.`
}

function nameOf(apps: readonly App[]): string {
  const [first] = apps
  if (!first) return 'nothing'
  if (apps.length === 1) return `${first.title} ${first.version}`
  const names = new Set(apps.map(({ name }) => name))
  return names.size === 1 ? `${plural(apps.length, 'version')} of ${first.title}` : plural(names.size, 'app')
}
