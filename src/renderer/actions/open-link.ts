/** The one way a link of the window is opened. */
import { externalUrl } from '#shared/url.ts'

/** Opens a link the user clicked outside of this window; false when it is not allowed. */
export function openLink(text: string): boolean {
  const url = externalUrl(text)
  if (url === undefined) return false
  window.open(url, '_blank', 'noopener,noreferrer')
  return true
}
