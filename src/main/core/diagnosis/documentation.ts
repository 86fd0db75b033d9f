/** Web pages about problems that q8s cannot fix itself. */
import { t } from '#shared/language.ts'
import type { Check, CheckId } from '#shared/system.ts'

type Page = NonNullable<Check['documentation']>

const pages = (): Partial<Record<CheckId, Page>> => ({
  docker: { title: t`Installing Docker`, url: 'https://docs.docker.com/get-started/get-docker/' },
  process: { title: t`Installing Python`, url: 'https://www.python.org/downloads/' },
  keychain: { title: t`Keyrings on Linux`, url: 'https://wiki.archlinux.org/title/GNOME/Keyring' },
  network: {
    title: t`Proxies and certificates of pip`,
    url: 'https://pip.pypa.io/en/stable/topics/https-certificates/'
  }
})

/** Systems whose keychain is not the one on the page. */
const OWN_KEYCHAIN = new Set<NodeJS.Platform>(['darwin', 'win32'])

/** Adds the page to a check that found a problem. */
export function withDocumentation(check: Check, platform: NodeJS.Platform = process.platform): Check {
  const page = pages()[check.id]
  if (!page || check.state === 'ok' || check.state === 'skipped') return check
  if (check.id === 'keychain' && OWN_KEYCHAIN.has(platform)) return check
  return { ...check, documentation: page }
}
