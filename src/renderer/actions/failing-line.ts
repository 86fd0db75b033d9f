/** Finds and shows the line of the open project that a failed app's traceback names. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { lastLines } from '#shared/last-lines.ts'
import { useHost } from '../host/client.ts'
import { type FailingLine, failingLine } from '../labels/traceback.ts'
import { useChecked, useProjectFiles } from '../manifest/manifest.ts'
import { revealFinding } from '../window/reveal.ts'
import { useView } from '../window/view.ts'

/** A traceback may be long, but it comes last in the log of a failed app. */
const LINE_LIMIT = 300
const LINES_AFTER = 12

/** The line an instance failed at, if the instance belongs to the open project and the project has that file. */
export function useFailingLine(instance: Instance): FailingLine | undefined {
  const { client } = useHost()
  const files = useOwnFiles(instance)
  const { id, endedAt = '' } = instance
  const lines = useQuery({
    queryKey: ['failing-line', id, endedAt],
    queryFn: () => lastLines(client.platform, id, LINE_LIMIT),
    enabled: files !== undefined,
    staleTime: Number.POSITIVE_INFINITY
  }).data
  const found = files && lines && failingLine(lines, instance, file => files.has(file))
  return found && found.after < LINES_AFTER ? found : undefined
}

/** Files in the bundle of the open project, if the instance has the project's Name. */
export function useOwnFiles(instance: Instance | undefined): ReadonlySet<string> | undefined {
  const path = useView(state => state.projectPath)
  const name = useChecked(path).manifest?.App.Name
  const isOwn = name !== undefined && name === instance?.app.name
  const entries = useProjectFiles(isOwn ? path : undefined).data?.entries
  return useMemo(
    () =>
      entries && isOwn
        ? new Set(entries.filter(({ included }) => included).map(entry => entry.path))
        : undefined,
    [entries, isOwn]
  )
}

/** Shows the project's current version of the file, with the error beside its line. */
export function showFailingLine({ file, line, error }: FailingLine): void {
  const message = error || t`The app failed here.`
  revealFinding({ rule: 'traceback', severity: 'error', message, file, line })
}
