/** The app's own URL scheme: it serves pages only from the built renderer. */
import { protocol } from 'electron'
import { createPage } from '../page.ts'
import { rendererFolder } from '../renderer-folder.ts'

export const APP_ORIGIN = 'app://q8s'

/** True for an address of our own pages. It is parsed, because a prefix does not show where an address leads. */
export function isOwnPage(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol: scheme, host, username, password } = new URL(address)
  return scheme === 'app:' && host === 'q8s' && username === '' && password === ''
}

/** boot.cjs registers the scheme itself, before the app is ready. */
export function serveApp() {
  const page = createPage(rendererFolder())
  protocol.handle('app', async request => {
    const url = new URL(request.url)
    const file = isOwnPage(request.url) && request.method === 'GET' ? await page(url.pathname) : undefined
    if (!file) return new Response('There is nothing here.', { status: 404 })
    const body = typeof file.body === 'string' ? file.body : new Uint8Array(file.body)
    return new Response(body, { headers: { ...file.headers } })
  })
}
