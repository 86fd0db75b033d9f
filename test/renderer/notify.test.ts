/** Toasts: a new one is visible, whatever is shown already. */
import { notifications, notificationsStore } from '@mantine/notifications'
import { expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { notifyError, notifyUndo } from '../../src/renderer/window/notify.tsx'

const shown = () => notificationsStore.getState().notifications.map(({ title }) => title)

test('open errors do not hide a later message, and the same error is shown once', () => {
  notificationsStore.setState({ ...notificationsStore.getState(), limit: 3 })
  const failed = (title: string) => notifyError(new AppError('INVALID', 'It is broken.'), title)
  for (const title of ['first', 'second', 'third', 'second']) failed(title)
  expect(shown()).toEqual(['second', 'third', 'first'])
  const hide = notifyUndo('Removed', 'It can be undone.', () => undefined)
  expect(shown()).toEqual(['Removed', 'second', 'third'])
  hide()
  expect(shown()).toEqual(['second', 'third', 'first'])
  notifications.clean()
})
