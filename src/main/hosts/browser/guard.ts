/** Which requests the browser host answers: only those for its own address, and only sockets of its own page. */
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
  setPort(port: number): void
  /** The files of the page are not secret: every client may have them. */
  decide(request: IncomingMessage): Decision
  /** Pages cannot forge what this checks, other programs can; so the sign-in decides who may call. */
  allowsSocket(request: IncomingMessage): boolean
  profileOf(request: IncomingMessage): string
}

export function createGuard(): Guard {
  let address = ''

  /** A name that resolves to loopback is not enough (DNS rebinding): the Host header must be our address. */
  const isOwnHost = ({ headers }: IncomingMessage) => headers.host === address

  return {
    setPort(port) {
      address = `127.0.0.1:${port}`
    },
    decide(request) {
      // `localhost` can also be [::1], where another user's program may listen. So redirect our page away from it.
      if (request.headers.host === address.replace('127.0.0.1', 'localhost')) {
        return answer(307, 'Open this at 127.0.0.1.', {
          location: `http://${address}/`,
          'cache-control': 'no-store'
        })
      }
      if (!isOwnHost(request)) return answer(421, 'This is not the address this server answers to.')
      const url = urlOf(request)
      return url ? { kind: 'serve', path: url.pathname } : answer(400, 'This is not an address.')
    },
    allowsSocket(request) {
      const isOwnPage = request.headers.origin === `http://${address}`
      return isOwnHost(request) && isOwnPage && urlOf(request)?.pathname === '/rpc'
    },
    profileOf: request => urlOf(request)?.searchParams.get('profile') ?? 'local'
  }
}

function answer(status: number, words: string, headers: Readonly<Record<string, string>> = {}): Decision {
  const type = { 'content-type': 'text/plain; charset=utf-8' }
  return { kind: 'answer', status, headers: { ...type, ...headers }, body: `${words}\n` }
}

/** Undefined if the request's URL is invalid: clients can send anything. */
function urlOf({ url = '/' }: IncomingMessage): URL | undefined {
  const base = 'http://localhost'
  return URL.canParse(url, base) ? new URL(url, base) : undefined
}
