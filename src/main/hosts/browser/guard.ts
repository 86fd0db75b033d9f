/** Who may speak to the browser host: the browser that came with the token, from this computer, and from no other page. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type Decision =
  | { readonly kind: 'serve'; readonly path: string }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }

export interface Guard {
  /** Good for one use: it is exchanged for a cookie. */
  readonly token: string
  /** The token and what it is exchanged for: they belong in no log and no report. */
  readonly secrets: readonly string[]
  setPort(port: number): void
  decide(request: IncomingMessage): Decision
  allowsSocket(request: IncomingMessage): boolean
  profileOf(request: IncomingMessage): string
}

export function createGuard(): Guard {
  const token = randomBytes(32).toString('base64url')
  const session = randomBytes(32).toString('base64url')
  let unused = true
  let port = 0

  const cookieName = () => `q8s-${port}`
  const ownHosts = () => [`127.0.0.1:${port}`, `localhost:${port}`]

  /** A name that resolves to loopback is not enough (DNS rebinding): the Host header must be ours. */
  const isOwnHost = (request: IncomingMessage) => ownHosts().includes(request.headers.host ?? '')

  function hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(/;\s*/)
    return cookies.some(cookie => {
      const [name, value = ''] = cookie.split('=')
      return name === cookieName() && same(value, session)
    })
  }

  function refuse(status: number, body: string): Decision {
    return {
      kind: 'answer',
      status,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `${body}\n`
    }
  }

  return {
    token,
    secrets: [token, session],
    setPort(value) {
      port = value
    },
    decide(request) {
      if (!isOwnHost(request)) return refuse(421, 'This is not the address this server answers to.')
      const url = addressOf(request)
      if (!url) return refuse(400, 'This is not an address.')
      const given = url.searchParams.get('token')
      if (given !== null && unused && same(given, token)) {
        unused = false
        const cookie = `${cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`
        const headers = { 'set-cookie': cookie, location: '/', 'cache-control': 'no-store' }
        return { kind: 'answer', status: 303, headers, body: '' }
      }
      if (!hasSession(request)) {
        return refuse(403, 'This address works once, in one browser. Run `q8s-cli ui` again for a new one.')
      }
      if (given !== null) return { kind: 'answer', status: 303, headers: { location: '/' }, body: '' }
      return { kind: 'serve', path: url.pathname }
    },
    allowsSocket(request) {
      const origin = request.headers.origin
      const ownOrigin = ownHosts().some(host => origin === `http://${host}`)
      return isOwnHost(request) && ownOrigin && addressOf(request)?.pathname === '/rpc' && hasSession(request)
    },
    profileOf: request => addressOf(request)?.searchParams.get('profile') ?? 'local'
  }
}

/** Undefined for what is no address: anybody may ask for anything. */
function addressOf({ url = '/' }: IncomingMessage): URL | undefined {
  const base = 'http://localhost'
  return URL.canParse(url, base) ? new URL(url, base) : undefined
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
