/** Channels between Electron's main process, the preload and our pages. The preload has only these names. */

/** From the page: a request for a port to the contract. */
export const CONNECT_CHANNEL = 'q8s-connect'
/** To the page: its port, as a window message `{ type, profile }`. */
export const PORT_CHANNEL = 'q8s-port'
/** From the preload: the path of a file the user dropped. */
export const DROPPED_CHANNEL = 'q8s-dropped'
/** To the page: a `HostEvent`, as a window message `{ type, event }`. */
export const EVENT_CHANNEL = 'q8s-event'
