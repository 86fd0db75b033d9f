/** Who may speak to the browser host. */
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createGuard, type Guard } from '#hosts/browser/guard.ts'

const PORT = 4711

function request(url: string, headers: Record<string, string> = {}): IncomingMessage {
  return {
    method: 'GET',
    url,
    headers: { host: `127.0.0.1:${PORT}`, ...headers }
  } as unknown as IncomingMessage
}

function entered(): { guard: Guard; cookie: string } {
  const guard = createGuard()
  guard.setPort(PORT)
  const decision = guard.decide(request(`/?token=${guard.token}`))
  if (decision.kind !== 'answer') throw new Error('the token was not exchanged')
  return { guard, cookie: decision.headers['set-cookie']?.split(';')[0] ?? '' }
}

describe('the guard', () => {
  test('the token is exchanged once for a strict, http-only cookie that opens the page', () => {
    const { guard, cookie } = entered()
    expect(guard.decide(request('/', { cookie }))).toEqual({ kind: 'serve', path: '/' })
    expect(guard.decide(request(`/?token=${guard.token}`))).toMatchObject({ status: 403 })
  })

  test('without the cookie, or with another, nothing is served', () => {
    const { guard, cookie } = entered()
    expect(guard.decide(request('/'))).toMatchObject({ status: 403 })
    expect(guard.decide(request('/', { cookie: `${cookie}x` }))).toMatchObject({ status: 403 })
    expect(guard.decide(request('/assets/index.js', { cookie: 'q8s-4711=' }))).toMatchObject({ status: 403 })
  })

  test('a wrong token does not spend the right one', () => {
    const guard = createGuard()
    guard.setPort(PORT)
    expect(guard.decide(request('/?token=wrong'))).toMatchObject({ status: 403 })
    expect(guard.decide(request(`/?token=${guard.token}`))).toMatchObject({ status: 303 })
  })

  test('a name that only resolves to this computer is refused', () => {
    const { guard, cookie } = entered()
    expect(guard.decide(request('/', { cookie, host: `evil.example:${PORT}` }))).toMatchObject({
      status: 421
    })
    expect(guard.decide(request('/', { cookie, host: '127.0.0.1' }))).toMatchObject({ status: 421 })
  })

  test('a socket needs the cookie, our own origin and our own host', () => {
    const { guard, cookie } = entered()
    const origin = `http://127.0.0.1:${PORT}`
    expect(guard.allowsSocket(request('/rpc?profile=local', { cookie, origin }))).toBe(true)
    expect(guard.allowsSocket(request('/rpc', { cookie }))).toBe(false)
    expect(guard.allowsSocket(request('/rpc', { origin }))).toBe(false)
    expect(guard.allowsSocket(request('/rpc', { cookie, origin: 'http://evil.example' }))).toBe(false)
    expect(guard.allowsSocket(request('/rpc', { cookie, origin: `http://127.0.0.1:${PORT + 1}` }))).toBe(
      false
    )
    expect(guard.allowsSocket(request('/rpc', { cookie, origin, host: `evil.example:${PORT}` }))).toBe(false)
    expect(guard.allowsSocket(request('/other', { cookie, origin }))).toBe(false)
  })
})
