/** What no page may do: navigate away, open windows, ask for permissions, embed others. */
import { app, session, shell } from 'electron'
import { externalUrl } from '#shared/url.ts'
import { APP_ORIGIN } from './scheme.ts'

export function lockDown() {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', event => {
      if (new URL(event.url).origin !== APP_ORIGIN && !event.url.startsWith(`${APP_ORIGIN}/`))
        event.preventDefault()
    })
    contents.on('will-frame-navigate', event => {
      if (!event.isMainFrame) event.preventDefault()
    })
    contents.on('will-attach-webview', event => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      const allowed = externalUrl(url)
      if (allowed) void shell.openExternal(allowed)
      return { action: 'deny' }
    })
  })
  void app.whenReady().then(() => {
    const { defaultSession } = session
    defaultSession.setPermissionRequestHandler((_contents, permission, decide) =>
      decide(isHarmless(permission))
    )
    defaultSession.setPermissionCheckHandler((_contents, permission) => isHarmless(permission))
  })
}

/** Copying what the user selected is all a page ever needs. */
function isHarmless(permission: string): boolean {
  return permission === 'clipboard-sanitized-write'
}
