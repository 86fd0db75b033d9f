/** Removes one or more apps; used by several parts of the window. */
import { useMemo } from 'react'
import type { App } from '#shared/app.ts'
import { t } from '#shared/language.ts'
import { useHost } from '../host/client.ts'
import { count, plural } from '../labels/humanise.ts'
import { confirm } from '../window/dialogs.ts'
import { removeWithUndo, UNDO_SECONDS, undoWords } from './removal.ts'

export interface AppActions {
  /** Shows what will be lost and asks for confirmation; then removes the apps, unless the user undoes it in time. */
  remove(apps: readonly App[], ended: number): void
}

/** `ended` is the number of ended instances of these apps; they are removed too. */
export function useAppActions(): AppActions {
  const { client } = useHost()
  return useMemo(
    () => ({
      remove(apps, ended) {
        const ids = apps.map(({ id }) => id)
        const what = nameOf(apps)
        confirm({
          title: t`Remove ${what}?`,
          text: appConsequence(apps.length, ended),
          action: apps.length === 1 ? t`Remove version` : t`Remove ${plural(apps.length, 'version')}`,
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

/** Describes what will be lost. */
export function appConsequence(versions: number, ended: number): string {
  const one = versions === 1
  const leaves = one
    ? t`This version leaves the catalog, and no one can run it any more.`
    : t`${count(versions)} versions leave the catalog, and no one can run them any more.`
  const instances = one
    ? plural(
        ended,
        'ended instance of it goes with its log and data.',
        'ended instances of it go with their logs and data.'
      )
    : plural(
        ended,
        'ended instance of them goes with its log and data.',
        'ended instances of them go with their logs and data.'
      )
  return [leaves, ...(ended === 0 ? [] : [instances]), undoWords()].join(' ')
}

function nameOf(apps: readonly App[]): string {
  const [first] = apps
  if (!first) return 'nothing'
  if (apps.length === 1) return `${first.title} ${first.version}`
  const names = new Set(apps.map(({ name }) => name))
  return names.size === 1 ? t`${plural(apps.length, 'version')} of ${first.title}` : plural(names.size, 'app')
}
