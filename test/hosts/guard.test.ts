/** Which requests the browser host answers. */
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createGuard } from '#hosts/browser/guard.ts'

const PORT = 4711

function request(url: string, headers: Record<string, string> = {}): IncomingMessage {
  return {
    method: 'GET',
    url,
    headers: { host: `127.0.0.1:${PORT}`, ...headers }
  } as unknown as IncomingMessage
}

const guard = createGuard()
guard.setPort(PORT)

describe('the guard', () => {
  test('the page is served at its own address', () => {
    expect(guard.decide(request('/'))).toEqual({ kind: 'serve', path: '/' })
    expect(guard.decide(request('/assets/index.js?x=1'))).toEqual({ kind: 'serve', path: '/assets/index.js' })
  })

  test('a name that merely resolves to this computer is refused', () => {
    for (const host of [`evil.example:${PORT}`, '127.0.0.1', `127.0.0.2:${PORT}`, `[::1]:${PORT}`]) {
      expect(guard.decide(request('/', { host }))).toMatchObject({ status: 421 })
    }
  })

  test('localhost, which may reach another user’s program, redirects to 127.0.0.1', () => {
    const headers = { location: `http://127.0.0.1:${PORT}/` }
    expect(guard.decide(request('/', { host: `localhost:${PORT}` }))).toMatchObject({ status: 307, headers })
  })

  test("a socket needs the host's own origin and address", () => {
    const origin = `http://127.0.0.1:${PORT}`
    expect(guard.allowsSocket(request('/rpc?profile=local', { origin }))).toBe(true)
    expect(guard.allowsSocket(request('/rpc'))).toBe(false)
    expect(guard.allowsSocket(request('/rpc', { origin: 'http://evil.example' }))).toBe(false)
    expect(guard.allowsSocket(request('/rpc', { origin: `http://127.0.0.1:${PORT + 1}` }))).toBe(false)
    expect(guard.allowsSocket(request('/rpc', { origin: `http://localhost:${PORT}` }))).toBe(false)
    expect(guard.allowsSocket(request('/rpc', { origin, host: `evil.example:${PORT}` }))).toBe(false)
    expect(guard.allowsSocket(request('/other', { origin }))).toBe(false)
  })
})
