/** Where to read on about what q8s cannot mend itself. */
import type { Check, CheckId } from '#shared/system.ts'

type Page = NonNullable<Check['documentation']>

const PAGES: Partial<Record<CheckId, Page>> = {
  docker: { title: 'Installing Docker', url: 'https://docs.docker.com/get-started/get-docker/' },
  process: { title: 'Installing Python', url: 'https://www.python.org/downloads/' },
  keychain: { title: 'Keyrings on Linux', url: 'https://wiki.archlinux.org/title/GNOME/Keyring' },
  network: {
    title: 'Proxies and certificates of pip',
    url: 'https://pip.pypa.io/en/stable/topics/https-certificates/'
  }
}

/** Systems whose keychain is not the one of the page. */
const OWN_KEYCHAIN = new Set<NodeJS.Platform>(['darwin', 'win32'])

/** What works needs no reading. */
export function withDocumentation(check: Check, platform: NodeJS.Platform = process.platform): Check {
  const page = PAGES[check.id]
  if (!page || check.state === 'ok' || check.state === 'skipped') return check
  if (check.id === 'keychain' && OWN_KEYCHAIN.has(platform)) return check
  return { ...check, documentation: page }
}
