/** Opens links outside the app: checked by `externalUrl`, then opened in the system's browser. */
import { shell } from 'electron'
import { externalUrl } from '#shared/url.ts'

/** Returns false if the address must not be opened. */
export function openOutside(address: string, failed: (error: unknown) => void): boolean {
  const allowed = externalUrl(address)
  if (allowed === undefined) return false
  void shell.openExternal(allowed).catch(failed)
  return true
}
