/**
 * Limits of every page, our own too: it may not navigate away, open windows, embed other pages, get permissions or
 * reach the network. Our own pages and those of running apps, which are untrusted, differ only in these points:
 *
 * |               | our own                  | a running app's                                              |
 * | ------------- | ------------------------ | ------------------------------------------------------------ |
 * | preload       | the port to the contract | none                                                         |
 * | session       | the app's                | its own, in memory                                           |
 * | goes to       | `app://q8s`, in no frame | its origin, in frames too                                    |
 * | requests to   | `app://q8s`, `blob:`     | its host, `blob:`, `data:`                                   |
 * | may copy      | what the user selected   | the same, for ten seconds after a click or a key             |
 * | downloads     | what it made itself      | after a click or a key, one at a time, with a save dialog    |
 * | opens         | links, in the browser    | the same, after a click or a key and if the user agrees      |
 * | closing       | may be refused           | cannot be refused or delayed by dialogs                      |
 * | WebRTC, print | as in Chromium           | none                                                         |
 */
import { app, type Session, type WebContents, type WebPreferences } from 'electron'
import { openOutside } from './open-outside.ts'
import { isOwnPage } from './scheme.ts'

/** The rules that differ between pages. Everything else is the same for all pages, and denied. */
export interface PageRules {
  /** Whether the page may go to that address. */
  isHome(address: string): boolean
  /** Whether frames in the page may go there too. */
  readonly hasFrames: boolean
  /** Called if the page asks for another window. It does not get one; this decides what happens with the address. */
  openElsewhere(request: { readonly url: string; readonly postBody?: unknown }): void
}

/** The rules that differ between sessions. */
export interface SessionRules {
  /** Whether a request may be sent to that address. */
  mayReach(address: string): boolean
  /** Whether the page may copy what its user selected. Nothing else is ever permitted. */
  mayCopy(contents: WebContents | null): boolean
  /** Whether copying is permitted before the page asks for it. */
  readonly copiesUnasked: boolean
}

const rulesOfApps = new WeakMap<WebContents, PageRules>()

/** Default rules for pages and sessions: those of our own. `failed` gets the reason if a link cannot be opened. */
export function lockDown(failed: (error: unknown) => void) {
  // For all pages: names are resolved only when needed, and a script copies only what the user asked it to.
  app.commandLine.appendSwitch(
    'blink-settings',
    'dnsPrefetchingEnabled=false,javaScriptCanAccessClipboard=false'
  )
  const ownRules: PageRules = {
    isHome: isOwnPage,
    hasFrames: false,
    openElsewhere: ({ url }) => void openOutside(url, failed)
  }
  app.on('web-contents-created', (_event, contents) => keepInPlace(contents, ownRules))
  app.on('session-created', session => {
    session.setDevicePermissionHandler(() => false)
    // Chromium fetches a dictionary at the first start, before it reads the switch below: this address serves none.
    session.setSpellCheckerDictionaryDownloadURL('app://q8s/none/')
    session.setSpellCheckerEnabled(false)
    limitSession(session, { mayReach: isOurs, mayCopy: () => true, copiesUnasked: true })
  })
}

/** Chromium's sandbox, no Node, and no way to embed another page; `differences` are this window's extra settings. */
export function hardened(
  differences: Pick<WebPreferences, 'preload' | 'session' | 'safeDialogs' | 'safeDialogsMessage'>
): WebPreferences {
  return {
    ...differences,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
    devTools: !app.isPackaged,
    spellcheck: false
  }
}

/** Gives the page of a running app its own rules in place of ours. */
export function setRules(contents: WebContents, rules: PageRules): void {
  rulesOfApps.set(contents, rules)
}

/** Replaces the rules of the session. */
export function limitSession(session: Session, { mayReach, mayCopy, copiesUnasked }: SessionRules): void {
  const isCopying = (permission: string) => permission === 'clipboard-sanitized-write'
  session.setPermissionRequestHandler((contents, permission, decide) =>
    decide(isCopying(permission) && mayCopy(contents))
  )
  session.setPermissionCheckHandler((_contents, permission) => isCopying(permission) && copiesUnasked)
  limitRequests(session, mayReach)
}

/** Replaces the addresses that the session may send requests to. */
export function limitRequests(session: Session, mayReach: SessionRules['mayReach']): void {
  session.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !mayReach(url) }))
}

function keepInPlace(contents: WebContents, ownRules: PageRules) {
  const rules = () => rulesOfApps.get(contents) ?? ownRules
  const stay = (event: { url: string; preventDefault(): void }) => {
    if (!rules().isHome(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', event => {
    if (!event.isMainFrame && !(rules().hasFrames && rules().isHome(event.url))) event.preventDefault()
  })
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(request => {
    rules().openElsewhere(request)
    return { action: 'deny' }
  })
}

/** Whether it is a page of ours, a file our page made for saving, or the inspector that a developer opened. */
function isOurs(address: string): boolean {
  return isOwnPage(address) || ['blob:', 'devtools:'].includes(new URL(address).protocol)
}
