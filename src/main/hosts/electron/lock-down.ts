/** What no page may do: navigate away, open windows, ask for permissions, embed others, reach the network. */
import { app, type Session, type WebContents } from 'electron'
import { openOutside } from './open-outside.ts'
import { isOwnPage } from './scheme.ts'

/** `failed` is called with why a link could not be opened. */
export function lockDown(failed: (error: unknown) => void) {
  // For all pages: no name is looked up before it is needed, and a script copies only what the user asked it to.
  app.commandLine.appendSwitch(
    'blink-settings',
    'dnsPrefetchingEnabled=false,javaScriptCanAccessClipboard=false'
  )
  app.on('web-contents-created', (_event, contents) => keepInPlace(contents, failed))
  app.on('session-created', limit)
}

/** Pages of running apps, and the one origin each may stay at. */
const homes = new WeakMap<WebContents, string>()

/** Lets a page of another origin than ours move about within that origin. */
export function keepAt(contents: WebContents, origin: string): void {
  homes.set(contents, origin)
}

function keepInPlace(contents: WebContents, failed: (error: unknown) => void) {
  const isHome = (url: string) => originOf(url) === homes.get(contents)
  const stay = (event: { url: string; preventDefault(): void }) => {
    if (!(homes.has(contents) ? isHome(event.url) : isOwnPage(event.url))) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', event => {
    if (!event.isMainFrame && !(homes.has(contents) && isHome(event.url))) event.preventDefault()
  })
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url, failed)
    return { action: 'deny' }
  })
}

function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined
}

function limit(session: Session) {
  session.setPermissionRequestHandler((_contents, permission, decide) => decide(isHarmless(permission)))
  session.setPermissionCheckHandler((_contents, permission) => isHarmless(permission))
  session.setDevicePermissionHandler(() => false)
  // Chromium fetches a dictionary at the first start, before the switch below is looked at: let it look here.
  session.setSpellCheckerDictionaryDownloadURL('app://q8s/none/')
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest((request, decide) => decide({ cancel: !isLocal(request.url) }))
}

/** Copying what the user selected is all a page ever needs. */
function isHarmless(permission: string): boolean {
  return permission === 'clipboard-sanitized-write'
}

/** A page of ours, a file it made itself for saving, or the inspector a developer opened. */
function isLocal(address: string): boolean {
  if (isOwnPage(address)) return true
  return ['blob:', 'devtools:'].includes(new URL(address).protocol)
}
