/** What no page may do: navigate away, open windows, ask for permissions, embed others, reach the network. */
import { app, type Session, type WebContents } from 'electron'
import { openOutside } from './open-outside.ts'
import { isOwnPage } from './scheme.ts'

export function lockDown() {
  app.on('web-contents-created', (_event, contents) => keepInPlace(contents))
  app.on('session-created', limit)
}

function keepInPlace(contents: WebContents) {
  const stay = (event: { url: string; preventDefault(): void }) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', event => {
    if (!event.isMainFrame) event.preventDefault()
  })
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
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
