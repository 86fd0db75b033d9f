/** Links in a log to the app itself: an app in a container prints an address that only works inside the container. */
import { CONTAINER_PORT, type Instance } from '#shared/instance.ts'

const OWN_HOST = /^(localhost|0\.0\.0\.0|127(\.\d{1,3}){3}|\[::1?\])$/

/** Host and port of an app in a container; undefined if the app prints its real address, or no address is known. */
export function outerHost(instance: Instance | undefined): string | undefined {
  return instance?.engine === 'docker' && instance.url !== '' ? new URL(instance.url).host : undefined
}

/** The target of a link: the same path at the app's real address, if the link has the app's port in its container. */
export function linkTarget(link: string, outer: string | undefined): string {
  if (outer === undefined || !URL.canParse(link)) return link
  const url = new URL(link)
  if (url.port !== String(CONTAINER_PORT) || !OWN_HOST.test(url.hostname)) return link
  url.host = outer
  return url.href
}
