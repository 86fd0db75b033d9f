/** What the preload of the Electron host adds to the page; absent in a browser. */

interface Window {
  readonly q8s?: {
    /** Asks for a port to the host; it arrives as a `q8s-port` message of this window. */
    connect(profile: string): void
    /** Path of a file the user dropped, which the host knows to be chosen then; empty for one that is on no disk. */
    pathOf(file: File): Promise<string>
  }
}
