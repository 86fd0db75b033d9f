/** The application menu: the system's own roles, and the window's commands under the keys the window knows them by. */
import { Menu, type MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  newWindow(): void
  /** Runs a command of the window the user is in. */
  command(name: string): void
}

const PAGES = ['Project', 'Local', 'Catalog', 'Instances', 'Secrets', 'Activity']

export function installMenu(actions: MenuActions) {
  const isMac = process.platform === 'darwin'
  const item = (label: string, name: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => actions.command(name),
    // The window takes its keys itself: the menu shows them.
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false })
  })
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        { label: 'New window', accelerator: 'CmdOrCtrl+Shift+N', click: actions.newWindow },
        { ...item('Open a folder…', 'action:open'), accelerator: 'CmdOrCtrl+O' },
        { type: 'separator' },
        { ...item('Settings', 'page:settings'), accelerator: 'CmdOrCtrl+,' },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' }
      ]
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        item('Find anything…', 'action:palette', 'CmdOrCtrl+K'),
        { type: 'separator' },
        ...PAGES.map((page, index) => item(page, `page:${page.toLowerCase()}`, String(index + 1))),
        { type: 'separator' },
        item('Dock', 'action:dock', 'CmdOrCtrl+J'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' }
      ]
    },
    { label: '&Run', submenu: [item('Take the next step', 'action:next', 'CmdOrCtrl+Enter')] },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [item('Keyboard shortcuts', 'action:keys'), item('Diagnosis', 'page:diagnosis')]
    }
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
