/** A shell inside an instance, as a tab of the dock: starts when first shown, ends when the tab is closed. */
import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { openSession, type Session } from '#shared/shell-session.ts'
import { useHost } from '../../host/client.ts'
import { toAppError } from '../../host/errors.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import styles from './shell.module.css'

interface ShellPaneProps {
  readonly id: string
  readonly title: string
  readonly visible: boolean
}

type Status =
  | { readonly kind: 'opening' | 'open' }
  | { readonly kind: 'ended'; readonly exitCode: number | undefined }
  | { readonly kind: 'failed'; readonly error: AppError }

export function ShellPane({ id, title, visible }: ShellPaneProps) {
  const [shown, setShown] = useState(false)
  const [attempt, setAttempt] = useState(1)
  const [status, setStatus] = useState<Status>({ kind: 'opening' })
  const box = useShell(id, title, shown ? attempt : 0, setStatus)
  useEffect(() => {
    if (visible) setShown(true)
  }, [visible])
  const again = () => {
    setStatus({ kind: 'opening' })
    setAttempt(number => number + 1)
  }
  return (
    <section className={styles.pane} hidden={!visible} aria-label={t`Shell in ${title}`}>
      {status.kind === 'failed' ? (
        <div className={styles.card}>
          <ErrorCard title={t`The shell cannot continue`} error={status.error} onRetry={again} />
        </div>
      ) : null}
      {status.kind === 'ended' ? (
        <div className={styles.ended} role="status">
          <span>
            {status.exitCode === undefined
              ? t`The shell has ended.`
              : t`The shell has ended with exit code ${status.exitCode}.`}
          </span>
          <Button onClick={again}>{t`Open a new one`}</Button>
        </div>
      ) : null}
      {/* Keys typed here go to the shell, not to the window's shortcuts. */}
      <div ref={box} className={styles.terminal} data-takes-keys />
    </section>
  )
}

/** Opens a terminal and shell for one attempt; attempt 0 opens nothing. */
function useShell(id: string, title: string, attempt: number, tell: (status: Status) => void) {
  const { client } = useHost()
  const box = useRef<HTMLDivElement>(null)
  const latest = useRef(tell)
  latest.current = tell
  useEffect(() => {
    const element = box.current
    if (attempt === 0 || !element) return
    let over = false
    const ends: (() => void)[] = []
    async function open(into: HTMLElement) {
      const { createShellTerminal } = await import('./terminal.ts')
      if (over) return
      const terminal = createShellTerminal(into, t`Shell in ${title}`)
      ends.push(terminal.dispose)
      const session: Session = await openSession(client, id, terminal.size, terminal.show)
      if (over) return session.close()
      ends.push(session.close)
      terminal.onType(session.type)
      terminal.onResize(session.resize)
      terminal.focus()
      latest.current({ kind: 'open' })
      const end = await session.ended
      if (!over) latest.current({ kind: 'ended', exitCode: end?.exitCode })
    }
    open(element).catch(error => {
      if (!over) latest.current({ kind: 'failed', error: toAppError(error) })
    })
    return () => {
      over = true
      for (const end of ends) end()
      element.replaceChildren()
    }
  }, [attempt, client, id, title])
  return box
}
