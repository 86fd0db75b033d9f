/** Gives a page of ours a port to the contract; whoever else asks gets none. */
import { RPCHandler } from '@orpc/server/message-port'
import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron'
import type { Host } from '#main/compose.ts'
import { wireOptions } from '../wire.ts'
import { APP_ORIGIN } from './scheme.ts'

export function servePorts(host: Host) {
  const handler = new RPCHandler(host.router, wireOptions)
  ipcMain.on('q8s-connect', (event, profile: unknown) => {
    const frame = event.senderFrame
    const window = BrowserWindow.fromWebContents(event.sender)
    const isOurs =
      frame && window && frame === window.webContents.mainFrame && frame.url.startsWith(`${APP_ORIGIN}/`)
    if (!isOurs || typeof profile !== 'string') return
    const { port1, port2 } = new MessageChannelMain()
    handler.upgrade(port1, { context: host.connection(profile) })
    port1.start()
    frame.postMessage('q8s-port', profile, [port2])
  })
}
