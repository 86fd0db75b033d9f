/** The API that the Electron host's preload adds to the page; absent in a browser. */

interface Window {
  readonly q8s?: {
    /** Requests a port to the host; the port arrives as a `q8s-port` message of this window. */
    connect(profile: string): void
    /** Path of a dropped file, which the host then treats as chosen by the user; empty if the file is not on disk. */
    pathOf(file: File): Promise<string>
  }
}
