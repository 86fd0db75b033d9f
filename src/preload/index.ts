/** Hands the page a port to the host, and the paths of files the user dropped. It knows no method of the contract. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'

contextBridge.exposeInMainWorld('q8s', {
  /** The port arrives as a window message `{ type: 'q8s-port', profile }` with one port. */
  connect: (profile: string) => ipcRenderer.send('q8s-connect', String(profile)),
  async pathOf(file: File) {
    const path = webUtils.getPathForFile(file)
    if (path !== '') await ipcRenderer.invoke('q8s-dropped', path)
    return path
  }
})

/** What the menu or the system asks of the window arrives as `{ type: 'q8s-told', told }`. */
ipcRenderer.on('q8s-told', (_event, told: unknown) => {
  window.postMessage({ type: 'q8s-told', told }, window.location.origin)
})

ipcRenderer.on('q8s-port', (event, profile: string) => {
  window.postMessage({ type: 'q8s-port', profile }, window.location.origin, event.ports)
})
