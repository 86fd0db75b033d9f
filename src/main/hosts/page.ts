/** Serves the renderer's files for every host: from one folder, under one strict policy. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json'
}

export interface PageFile {
  readonly body: Buffer | string
  readonly headers: Readonly<Record<string, string>>
}

/** Style elements that libraries create carry the page's nonce; nothing else inline is allowed. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join('; ')
}

/** Devices and other features that our pages never use. */
const NO_DEVICES = [
  'camera',
  'display-capture',
  'geolocation',
  'hid',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb'
]
  .map(name => `${name}=()`)
  .join(', ')

/** `root` is the built renderer's folder. Returns undefined for a name that is not a file in it. */
export function createPage(root: string) {
  return async (path: string): Promise<PageFile | undefined> => {
    const name = path === '/' ? 'index.html' : path.slice(1)
    // Only names that the build makes: no dots at the start, no way out of the folder.
    if (!/^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/.test(name)) return undefined
    const body = await readFile(join(root, name)).catch(() => undefined)
    const type = TYPES[extname(name)]
    if (!body || !type) return undefined
    const headers = {
      'content-type': type,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': NO_DEVICES,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin'
    }
    if (name !== 'index.html')
      return { body, headers: { ...headers, 'cache-control': 'max-age=31536000, immutable' } }
    const nonce = randomBytes(16).toString('base64url')
    return {
      body: body.toString('utf8').replaceAll('__NONCE__', nonce),
      headers: { ...headers, 'cache-control': 'no-store', 'content-security-policy': policy(nonce) }
    }
  }
}
