/** Signs this page in to the browser host: first with the token in its address, then with the session's secret. */

/** Browsers separate local storage by port, unlike cookies. Another host on this port has another session. */
const STORAGE_KEY = 'q8s.session'

let session: string | undefined

/** The available secrets, newest first. */
export function signInSecrets(): string[] {
  const secrets = [tokenInAddress(), session, stored()]
  return [...new Set(secrets.filter(secret => secret !== undefined))]
}

/** Signs in this page and all other pages of its origin, and removes the token from the address. */
export function storeSession(secret: string): void {
  session = secret
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  try {
    localStorage.setItem(STORAGE_KEY, secret)
  } catch {
    // Without storage, the session lasts as long as this page.
  }
}

/** Calls the listener when there may be a new secret: in this page's address, or from another page of this origin. */
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
