/** The application menu: the system's standard roles, and the window's commands with their keyboard shortcuts. */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Host } from '#main/compose.ts'
import { type KeyActionId, type KeyMap, keyMap } from '#shared/keys.ts'
import { t } from '#shared/language.ts'
import { acceleratorOf } from './accelerator.ts'
import { editMenu, endItem, windowMenu, zoomItems } from './system-menus.ts'
import { sendEventToAll } from './window.ts'

export interface MenuActions {
  newWindow(): void
  /** Runs a command in the current window. */
  command(name: string): void
}

const pages = () =>
  [
    [t`Project`, 'page:project'],
    [t`Local`, 'page:local'],
    [t`Catalog`, 'page:catalog'],
    [t`Instances`, 'page:instances'],
    [t`Secrets`, 'page:secrets'],
    [t`Activity`, 'page:activity']
  ] as const

/** Builds the menu, and builds it again after each change of the keys or the language. */
export function followKeys(host: Host, actions: MenuActions) {
  let shown: string | undefined
  const obey = async () => {
    const { keys, language } = await host.client().system.settings()
    const text = JSON.stringify([keys, language])
    if (text === shown) return
    shown = text
    installMenu(actions, keyMap(keys))
    sendEventToAll({ kind: 'settings' })
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
  // The window handles its keys itself: the menu only shows them.
  const item = (label: string, id: KeyActionId): MenuItemConstructorOptions => ({
    label,
    click: () => actions.command(id),
    ...keysOf(id),
    registerAccelerator: false
  })
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: t`&File`,
      submenu: [
        { label: t`New window`, click: actions.newWindow, ...keysOf('host:new-window') },
        item(t`Open a folder…`, 'action:open'),
        { type: 'separator' },
        item(t`Settings`, 'page:settings'),
        { type: 'separator' },
        endItem()
      ]
    },
    editMenu(),
    {
      label: t`&View`,
      submenu: [
        item(t`Find anything…`, 'action:palette'),
        { type: 'separator' },
        ...pages().map(([label, id]) => item(label, id)),
        { type: 'separator' },
        item(t`Dock`, 'action:dock'),
        { type: 'separator' },
        ...zoomItems()
      ]
    },
    {
      label: t`&Run`,
      submenu: [
        item(t`Take the next step`, 'action:next'),
        { type: 'separator' },
        item(t`Bundle`, 'action:bundle'),
        item(t`Publish…`, 'action:publish')
      ]
    },
    windowMenu(),
    {
      role: 'help',
      label: t`Help`,
      submenu: [
        { label: t`First steps`, click: () => actions.command('action:first-steps') },
        item(t`Keyboard shortcuts`, 'action:keys'),
        item(t`Diagnosis`, 'page:diagnosis')
      ]
    }
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
