/** Where a Docker engine listens. */

/** Where an engine listens, and how that was found out. */
export interface Endpoint {
  /** `unix:///…`, `npipe:////./pipe/…` or `tcp://host:port`. */
  readonly url: string
  readonly source: string
  /** Folder with ca.pem, cert.pem and key.pem, for an engine reached by TLS. */
  readonly certificates?: string | undefined
}

/** Without a user and password. */
export function shownUrl(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//')
}
