/** Menus with the system's standard roles in the user's language: Electron has their labels only in English. */
import type { MenuItemConstructorOptions } from 'electron'
import { t } from '#shared/language.ts'

/** A Mac adds its own entries to these two menus: there we set only the titles. */
const isMac = process.platform === 'darwin'

export const editMenu = (): MenuItemConstructorOptions => ({
  role: 'editMenu',
  label: t`Edit`,
  ...(!isMac && {
    submenu: [
      { role: 'undo', label: t`Undo` },
      { role: 'redo', label: t`Redo` },
      { type: 'separator' },
      { role: 'cut', label: t`Cut` },
      { role: 'copy', label: t`Copy` },
      { role: 'paste', label: t`Paste` },
      { role: 'delete', label: t`Delete` },
      { type: 'separator' },
      { role: 'selectAll', label: t`Select All` }
    ]
  })
})

export const windowMenu = (): MenuItemConstructorOptions => ({
  role: 'windowMenu',
  label: t`Window`,
  ...(!isMac && {
    submenu: [
      { role: 'minimize', label: t`Minimize` },
      { role: 'zoom', label: t`Zoom` },
      { role: 'close', label: t`Close` }
    ]
  })
})

export const zoomItems = (): MenuItemConstructorOptions[] => [
  { role: 'resetZoom', label: t`Actual Size` },
  { role: 'zoomIn', label: t`Zoom In` },
  { role: 'zoomOut', label: t`Zoom Out` },
  { role: 'togglefullscreen', label: t`Toggle Full Screen` }
]

/** The last entry of the first menu. */
export function endItem(): MenuItemConstructorOptions {
  if (isMac) return { role: 'close', label: t`Close Window` }
  return { role: 'quit', label: process.platform === 'win32' ? t`Exit` : t`Quit` }
}
