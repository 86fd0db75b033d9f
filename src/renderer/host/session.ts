/** What this page proves itself with to the browser host: the token it was opened with, then the session's secret. */

/** Browsers keep it apart for each port, unlike cookies. Another host on this port has another session. */
const STORAGE_KEY = 'q8s.session'

let session: string | undefined

/** Those there are, the newest first. */
export function signInSecrets(): string[] {
  const secrets = [tokenInAddress(), session, stored()]
  return [...new Set(secrets.filter(secret => secret !== undefined))]
}

/** From now on this page, and each other page of this origin, is signed in; the address does not show the token any more. */
export function storeSession(secret: string): void {
  session = secret
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  try {
    localStorage.setItem(STORAGE_KEY, secret)
  } catch {
    // Without a storage it lasts as long as this page.
  }
}

/** Calls back when a secret may have come: to this page's address, or by another page of this origin. */
export function onNewSecret(listener: () => void): void {
  window.addEventListener('hashchange', listener)
  window.addEventListener('storage', ({ key }) => {
    if (key === STORAGE_KEY) listener()
  })
}

function tokenInAddress(): string | undefined {
  return secretIn(window.location.hash.slice(1))
}

function secretIn(text: string | null): string | undefined {
  return text !== null && /^[0-9a-f]{64}$/.test(text) ? text : undefined
}

function stored(): string | undefined {
  try {
    return secretIn(localStorage.getItem(STORAGE_KEY))
  } catch {
    return undefined
  }
}
