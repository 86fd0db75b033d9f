/** The address a Docker engine listens on. */

/** The address an engine listens on, and where that address came from. */
export interface Endpoint {
  /** `unix:///…`, `npipe:////./pipe/…` or `tcp://host:port`. */
  readonly url: string
  readonly source: string
  /** Folder with ca.pem, cert.pem and key.pem, for a TLS connection. */
  readonly certificates?: string | undefined
}

/** The URL without user and password. */
export function shownUrl(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//')
}
