/** Has the host check an unsaved manifest: shortly after typing stops, and only the newest text. */
import { create } from 'zustand'
import type { Finding } from '#shared/finding.ts'
import type { ManifestText } from '#shared/project.ts'
import type { Host } from '../host/client.ts'
import { draftOf, useDrafts } from './drafts.ts'

const CHECK_DELAY_MS = 200

export interface CheckedText {
  /** The text that the findings refer to. */
  readonly text: string
  readonly findings: readonly Finding[]
  readonly manifest?: ManifestText['manifest']
}

/** The last result for each project that has unsaved text. */
export const useTextChecks = create<{ readonly byPath: Readonly<Record<string, CheckedText>> }>(() => ({
  byPath: {}
}))

/** Follows the unsaved text of a project until the signal aborts. */
export function checkDrafts(host: Host, path: string, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: AbortController | undefined

  async function check(text: string) {
    running?.abort()
    const own = new AbortController()
    running = own
    // After a failure, checks again at the next change, or when the host is back.
    const result = await host.client.projects
      .check({ path, text }, { signal: AbortSignal.any([signal, own.signal]) })
      .catch(() => undefined)
    if (result && !own.signal.aborted && draftOf(path)) setCheck(path, { text, ...result })
  }

  const checkSoon = () => {
    clearTimeout(timer)
    const text = draftOf(path)?.text
    if (text === undefined) {
      running?.abort()
      setCheck(path, undefined)
    } else if (text !== useTextChecks.getState().byPath[path]?.text) {
      timer = setTimeout(() => void check(text), CHECK_DELAY_MS)
    }
  }
  const stopDrafts = useDrafts.subscribe(
    (now, before) => now.byPath[path] !== before.byPath[path] && checkSoon()
  )
  const stopChecks = useTextChecks.subscribe(
    (now, before) => before.byPath[path] && !now.byPath[path] && checkSoon()
  )
  const stopConnection = host.connection.state.subscribe(now => now.status === 'up' && checkSoon())
  checkSoon()
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    stopDrafts()
    stopChecks()
    stopConnection()
  })
}

/** Call when other files of the project changed: checks the unsaved text again. */
export function checkAgain(path: string): void {
  setCheck(path, undefined)
}

function setCheck(path: string, check: CheckedText | undefined): void {
  const { [path]: before, ...rest } = useTextChecks.getState().byPath
  if (before !== check) useTextChecks.setState({ byPath: check ? { ...rest, [path]: check } : rest })
}
