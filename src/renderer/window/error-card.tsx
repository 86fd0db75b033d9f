/** The card that shows what went wrong and what to do. */
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ErrorReport } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { toAppError } from '../host/errors.ts'
import { linesBesideMessage } from '../host/report.ts'
import parts from '../ui/parts.module.css'
import { CopyReport } from './copy-report.tsx'
import { closeDialog } from './dialogs.ts'
import { view } from './view.ts'

interface ErrorCardProps {
  /** Anything a call threw, or the error report of a job. */
  readonly error: Error | ErrorReport | null | undefined
  readonly title?: string
  /** The button that does what the hint says. */
  readonly action?: ReactNode
  readonly onRetry?: () => void
}

/** What happened, why, what to do; nothing if there is no error or the user cancelled. */
export function ErrorCard({ error: given, title, action, onRetry }: ErrorCardProps) {
  const error: ErrorReport | undefined = given instanceof Error ? toAppError(given) : (given ?? undefined)
  if (!error || error.code === 'CANCELLED') return null
  const lines = linesBesideMessage(error)
  return (
    <section className={parts.card} data-tone="bad" role="alert">
      {title ? <p className={parts.cardTitle}>{title}</p> : null}
      <p className={title ? parts.cardText : parts.cardTitle}>{error.message}</p>
      {error.hint ? <p className={parts.cardText}>{error.hint}</p> : null}
      {lines.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre className={parts.lines} tabIndex={0}>
          {lines.join('\n')}
        </pre>
      ) : null}
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginTop: 8 }}>
        {action}
        {onRetry ? <Button onClick={onRetry}>{t`Retry`}</Button> : null}
        {isOfEngine(error) ? <Button onClick={diagnose}>{t`See the diagnosis`}</Button> : null}
        <CopyReport error={error} />
      </div>
    </section>
  )
}

/** True if no engine can run apps now: the card then links to the diagnosis, which says why and offers fixes. */
function isOfEngine({ data }: ErrorReport): boolean {
  const reason = data?.reason as string | { readonly code?: string } | undefined
  return (typeof reason === 'object' ? reason?.code : reason) === 'engine-unavailable'
}

function diagnose() {
  closeDialog()
  view.go('diagnosis')
}
