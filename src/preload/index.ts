/** Gives the page a port to the host, and the paths of files the user dropped. It has no method of the contract. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { CONNECT_CHANNEL, DROPPED_CHANNEL, EVENT_CHANNEL, PORT_CHANNEL } from '#shared/window-channels.ts'

contextBridge.exposeInMainWorld('q8s', {
  connect: (profile: string) => ipcRenderer.send(CONNECT_CHANNEL, String(profile)),
  async pathOf(file: File) {
    const path = webUtils.getPathForFile(file)
    if (path !== '') await ipcRenderer.invoke(DROPPED_CHANNEL, path)
    return path
  }
})

ipcRenderer.on(EVENT_CHANNEL, (_event, event: unknown) => {
  window.postMessage({ type: EVENT_CHANNEL, event }, window.location.origin)
})

ipcRenderer.on(PORT_CHANNEL, (event, profile: string) => {
  window.postMessage({ type: PORT_CHANNEL, profile }, window.location.origin, event.ports)
})
