/** Opens links; the window opens every link through this function. */
import { externalUrl } from '#shared/url.ts'

/** Opens a clicked link outside this window; false if the link is not allowed. */
export function openLink(text: string): boolean {
  const url = externalUrl(text)
  if (url === undefined) return false
  window.open(url, '_blank', 'noopener,noreferrer')
  return true
}
