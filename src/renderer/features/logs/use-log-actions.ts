/** Actions on a log: clear, go from run to run and to the failing line, save. */
import { useState } from 'react'
import { t } from '#shared/language.ts'
import { type LogLine, RUN_START } from '#shared/log.ts'
import { showFailingLine } from '../../actions/failing-line.ts'
import { plural } from '../../labels/humanise.ts'
import type { FailingLine } from '../../labels/traceback.ts'
import { saveFile } from '../../window/save-file.ts'
import { linesText } from './copy.ts'
import type { LogListHandle } from './log-list.tsx'
import type { LogReader } from './reader.ts'
import { wholeLog } from './save.ts'

/** The line of the open project that the last traceback among these lines leads to. */
export type FailingIn = (lines: readonly LogLine[]) => FailingLine | undefined

export function useLogActions(
  reader: LogReader,
  list: React.RefObject<LogListHandle | null>,
  fileName: string,
  failing: FailingIn | undefined
) {
  const [status, setStatus] = useState('')

  /** Does the work; the status shows what is being done, and why it failed. */
  function act(doing: string, work: (signal: AbortSignal) => Promise<string | undefined>) {
    setStatus(doing)
    work(new AbortController().signal).then(
      done => setStatus(done ?? ''),
      error => setStatus(t`It could not be done: ${error.message}`)
    )
  }

  /** Goes to the start of the previous or next run, relative to the lines on screen. */
  const toRun = (direction: -1 | 1) =>
    act(t`Looking for runs…`, async signal => {
      const near = list.current?.place()
      const query = { text: RUN_START, stream: 'system' as const, caseSensitive: true }
      const { lines } = await reader.find({ ...query, ...(near === undefined ? {} : { near }) }, signal)
      const current = lines.findLastIndex(line => near === undefined || line <= near)
      const line = lines[current + direction]
      if (line === undefined) return direction < 0 ? t`This is the first run.` : t`This is the newest run.`
      list.current?.toLine(line)
      return undefined
    })

  const saveWhole = () =>
    act(t`Saving the whole log…`, async signal => {
      const blob = await wholeLog(reader.read, signal)
      saveFile(blob, fileName)
      return undefined
    })

  const saveVisible = () => {
    const { entries } = reader.window
    const text = linesText(entries, true)
    saveFile(new Blob([text, '\n'], { type: 'text/plain' }), fileName)
    setStatus(t`Saved ${plural(entries.filter(({ kind }) => kind === 'line').length, 'line')}.`)
  }

  /** Shows only lines that come from now on. */
  const clear = () => {
    reader.clear()
    list.current?.toEnd()
  }

  const toFailing = (failing: FailingIn) => {
    const found = failing(reader.window.entries.filter(entry => entry.kind === 'line'))
    if (found) showFailingLine(found)
    setStatus(found ? '' : t`No traceback here leads to a file of the project.`)
  }

  const actions = [
    { label: t`Clear view`, onClick: clear },
    ...(failing ? [{ label: t`Show the failing line`, onClick: () => toFailing(failing) }] : []),
    ...(reader.isWhole
      ? [
          { label: t`Previous run`, divided: true, onClick: () => toRun(-1) },
          { label: t`Next run`, onClick: () => toRun(1) }
        ]
      : []),
    { label: t`Save visible lines`, divided: true, onClick: saveVisible },
    ...(reader.isWhole ? [{ label: t`Save whole log`, onClick: saveWhole }] : [])
  ]
  return { actions, status }
}
