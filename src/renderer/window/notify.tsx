/** Toasts: for events outside the part the user is working in; each event is also shown elsewhere. */
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { AppError, type ErrorReport } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { toAppError } from '../host/errors.ts'
import { CopyReport } from './copy-report.tsx'

interface NoticeAction {
  readonly label: string
  readonly onClick: () => void
}

const SHOWN_MS = 6_000

/** Reports that something is done; closes automatically. */
export function notifyDone(message: string, action?: NoticeAction): void {
  show({ title: message, action, autoClose: SHOWN_MS, colour: 'accent' })
}

/** Announces what is about to happen, with Undo; returns the function that closes the toast. */
export function notifyUndo(title: string, message: string, onUndo: () => void): () => void {
  const action = { label: t`Undo`, onClick: onUndo }
  const id = show({ title, message, action, autoClose: false, colour: 'accent' })
  return () => notifications.hide(id)
}

/** Reports what failed, why and what to do; stays until the user closes it. */
export function notifyError(thrown: unknown, title?: string, action?: NoticeAction): void {
  const error: ErrorReport = thrown instanceof AppError ? thrown : toAppError(thrown)
  if (error.code === 'CANCELLED') return
  const message = [error.message, error.hint].filter(Boolean).join(' ')
  show({ title: title ?? t`That did not work`, message, action, error, autoClose: false, colour: 'red' })
}

/** Number of toasts since the window opened. */
let shownCount = 0

interface Toast {
  readonly title: string
  readonly message?: string
  readonly action?: NoticeAction | undefined
  /** The error whose report can be copied. */
  readonly error?: ErrorReport
  readonly autoClose: number | false
  readonly colour: string
}

/** Shows the newest toast first, so that it always fits; an equal error replaces the earlier toast. */
function show({ title, message, action, error, autoClose, colour }: Toast): string {
  shownCount += 1
  const id = error ? `${title}\n${message}` : `toast-${shownCount}`
  notifications.hide(id)
  notifications.show({
    id,
    priority: shownCount,
    title,
    color: colour,
    autoClose,
    closeButtonProps: { 'aria-label': t`Close` },
    message: (
      <>
        {message ? <Text size="sm">{message}</Text> : null}
        {action || error ? (
          <Group mt={6} gap={8}>
            {action ? (
              <Button
                onClick={() => {
                  notifications.hide(id)
                  action.onClick()
                }}
              >
                {action.label}
              </Button>
            ) : null}
            {error ? <CopyReport error={error} /> : null}
          </Group>
        ) : null}
      </>
    )
  })
  return id
}
