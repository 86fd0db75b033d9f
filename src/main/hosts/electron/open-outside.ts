/** Links that leave the app: through the one gate, to the system's browser. */
import { shell } from 'electron'
import { externalUrl } from '#shared/url.ts'

/** False where the address is not one that may be opened. */
export function openOutside(address: string, failed: (error: unknown) => void): boolean {
  const allowed = externalUrl(address)
  if (allowed === undefined) return false
  void shell.openExternal(allowed).catch(failed)
  return true
}
