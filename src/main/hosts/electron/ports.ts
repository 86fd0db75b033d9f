/** Gives our own pages a port to the contract; no other sender gets one. */
import { RPCHandler } from '@orpc/server/ws'
import {
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  ipcMain,
  MessageChannelMain,
  type MessagePortMain
} from 'electron'
import type { Host } from '#main/compose.ts'
import { CONNECT_CHANNEL, DROPPED_CHANNEL, PORT_CHANNEL } from '#shared/window-channels.ts'
import { createLimits, FREE_FLOW } from '../limits.ts'
import { type Channel, requestsOf } from '../requests.ts'
import { wireOptions } from '../wire.ts'
import { APP_ORIGIN, isOwnPage } from './scheme.ts'
import { isOwnWindow, listening } from './window.ts'

export function servePorts(host: Host) {
  takeDropped(host)
  ipcMain.on(CONNECT_CHANNEL, (event, profile: unknown) => {
    const frame = ownFrame(event)
    if (!frame || typeof profile !== 'string') return
    const { port1, port2 } = new MessageChannelMain()
    const { router, context } = host.connect(profile)
    const handler = new RPCHandler(router, wireOptions(host.log.error, createLimits(FREE_FLOW)))
    void handler.upgrade(requestsOf(channelOf(port1)), { context })
    port1.start()
    frame.postMessage(PORT_CHANNEL, profile, [port2])
    listening(event.sender)
  })
}

/** The preload reports a dropped file before the page learns of it: the page itself cannot report one. */
function takeDropped(host: Host) {
  ipcMain.handle(DROPPED_CHANNEL, (event, path: unknown) => {
    if (ownFrame(event) && typeof path === 'string') host.give(path)
  })
}

/** The main frame of a window of ours that shows a page of ours; undefined for every other sender. */
function ownFrame({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent) {
  if (!senderFrame || !isOwnWindow(sender) || senderFrame !== sender.mainFrame) return undefined
  return senderFrame.origin === APP_ORIGIN && isOwnPage(senderFrame.url) ? senderFrame : undefined
}

function channelOf(port: MessagePortMain): Channel {
  return {
    send: data => port.postMessage(data),
    onMessage: listen => port.on('message', ({ data }) => listen(data)),
    onClose: listen => port.on('close', listen)
  }
}
