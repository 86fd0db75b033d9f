/** Links in a log to the app itself: in its container it prints the address it has there, which leads nowhere outside. */
import { CONTAINER_PORT, type Instance } from '#shared/instance.ts'

const OWN_HOST = /^(localhost|0\.0\.0\.0|127(\.\d{1,3}){3}|\[::1?\])$/

/** Host and port an app in a container is reached at; undefined where what it prints is its real address, or none is known. */
export function outerHost(instance: Instance | undefined): string | undefined {
  return instance?.engine === 'docker' && instance.url !== '' ? new URL(instance.url).host : undefined
}

/** What a link opens: the same path at the app's real address where it names the app's own port in its container. */
export function linkTarget(link: string, outer: string | undefined): string {
  if (outer === undefined || !URL.canParse(link)) return link
  const url = new URL(link)
  if (url.port !== String(CONTAINER_PORT) || !OWN_HOST.test(url.hostname)) return link
  url.host = outer
  return url.href
}
