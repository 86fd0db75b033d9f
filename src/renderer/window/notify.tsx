/** Toasts: for what happened elsewhere than where the user looks, never the only trace of it. */
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

/** Says that something is done; goes away by itself. */
export function notifyDone(message: string, action?: NoticeAction): void {
  show({ title: message, action, autoClose: SHOWN_MS, colour: 'accent' })
}

/** Says what is about to happen while it can still be undone; returns the function that takes the words away. */
export function notifyUndo(title: string, message: string, onUndo: () => void): () => void {
  const action = { label: t`Undo`, onClick: onUndo }
  const id = show({ title, message, action, autoClose: false, colour: 'accent' })
  return () => notifications.hide(id)
}

/** Says what failed, why and what to do; stays until it is closed. */
export function notifyError(thrown: unknown, title?: string, action?: NoticeAction): void {
  const error: ErrorReport = thrown instanceof AppError ? thrown : toAppError(thrown)
  if (error.code === 'CANCELLED') return
  const message = [error.message, error.hint].filter(Boolean).join(' ')
  show({ title: title ?? t`That did not work`, message, action, error, autoClose: false, colour: 'red' })
}

/** Toasts since the window opened. */
let shownCount = 0

interface Toast {
  readonly title: string
  readonly message?: string
  readonly action?: NoticeAction | undefined
  /** What its report is of. */
  readonly error?: ErrorReport
  readonly autoClose: number | false
  readonly colour: string
}

/** The newest comes first, and is always among those there is room for; what was told already is told once. */
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
