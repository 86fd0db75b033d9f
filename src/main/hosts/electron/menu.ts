/** The application menu: the system's own roles, and the window's commands under the keys the window knows them by. */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Host } from '#main/compose.ts'
import { type KeyActionId, type KeyMap, keyMap } from '#shared/keys.ts'
import { acceleratorOf } from './accelerator.ts'
import { tellAll } from './window.ts'

export interface MenuActions {
  newWindow(): void
  /** Runs a command of the window the user is in. */
  command(name: string): void
}

const PAGES = ['Project', 'Local', 'Catalog', 'Instances', 'Secrets', 'Activity'] as const

/** Shows the menu, anew with each change of the keys. */
export function followKeys(host: Host, actions: MenuActions) {
  let shown: string | undefined
  const obey = async () => {
    const { keys } = await host.client().system.settings()
    const text = JSON.stringify(keys)
    if (text === shown) return
    shown = text
    installMenu(actions, keyMap(keys))
    tellAll({ kind: 'settings' })
  }
  const obeyOrLog = () => void obey().catch(host.log.error)
  installMenu(actions, keyMap({}))
  host.onSettings(obeyOrLog)
  obeyOrLog()
}

function installMenu(actions: MenuActions, keys: KeyMap) {
  const isMac = process.platform === 'darwin'
  const keysOf = (id: KeyActionId) => {
    const accelerator = acceleratorOf(keys[id])
    return accelerator === undefined ? {} : { accelerator }
  }
  // The window takes its keys itself: the menu shows them.
  const item = (label: string, id: KeyActionId): MenuItemConstructorOptions => ({
    label,
    click: () => actions.command(id),
    ...keysOf(id),
    registerAccelerator: false
  })
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        { label: 'New window', click: actions.newWindow, ...keysOf('host:new-window') },
        item('Open a folder…', 'action:open'),
        { type: 'separator' },
        item('Settings', 'page:settings'),
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' }
      ]
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        item('Find anything…', 'action:palette'),
        { type: 'separator' },
        ...PAGES.map(page => item(page, `page:${page.toLowerCase() as Lowercase<typeof page>}`)),
        { type: 'separator' },
        item('Dock', 'action:dock'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' }
      ]
    },
    {
      label: '&Run',
      submenu: [
        item('Take the next step', 'action:next'),
        { type: 'separator' },
        item('Bundle', 'action:bundle'),
        item('Publish…', 'action:publish')
      ]
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'First steps', click: () => actions.command('action:first-steps') },
        item('Keyboard shortcuts', 'action:keys'),
        item('Diagnosis', 'page:diagnosis')
      ]
    }
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
