/** How a page and the browser host prove to each other that they have the same secret, without sending it. */
import { z } from 'zod'

/** 32 random bytes, or the HMAC-SHA-256 of a text, in hex. */
const Bytes32 = z.string().regex(/^[0-9a-f]{64}$/)

/** The first message of a connection, from the host. */
const Challenge = z.object({ challenge: Bytes32 })

/** The page's answer: its own random number, and its proof over both numbers. */
export const Answer = z.object({ nonce: Bytes32, proof: Bytes32 })
export type Answer = z.infer<typeof Answer>

/** The host's own proof. A page that proved the one-time token also gets the session's secret, once. */
const Welcome = z.object({ proof: Bytes32, session: Bytes32.optional() })
export type Welcome = z.infer<typeof Welcome>

/** Close code if the page proved a wrong or used secret. The page may try another one. */
export const SIGNED_OUT = 4401

/** Milliseconds a page has to prove its secret. */
export const SIGN_IN_MS = 10_000

export function randomSecret(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)))
}

/** `by` names the side that proves: one side's proof cannot be sent back as the other side's. */
export async function proofOf(secret: string, by: 'page' | 'host', challenge: string, nonce: string) {
  const text = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', text.encode(secret), algorithm, false, ['sign'])
  const signed = await crypto.subtle.sign('HMAC', key, text.encode(`${by} ${challenge} ${nonce}`))
  return hex(new Uint8Array(signed))
}

/** The part of a WebSocket that a page needs to sign in. */
interface PageSocket {
  send(text: string): void
  addEventListener(
    name: 'message',
    listener: (event: { data: unknown }) => void,
    options: { once: true }
  ): void
  addEventListener(name: 'close', listener: (event: { code: number }) => void, options: { once: true }): void
}

/**
 * Proves `secret` to the host at the other end of a new socket, and lets the host prove it too. Resolves with the
 * session's secret if the host sent one. Rejects with SignedOut if the host refused or did not know the secret.
 */
export async function signIn(socket: PageSocket, secret: string): Promise<string | undefined> {
  const closed = new Promise<never>((_resolve, reject) => {
    const refused = (code: number) =>
      code === SIGNED_OUT ? new SignedOut() : new Error('The connection was closed before it was signed in.')
    socket.addEventListener('close', ({ code }) => reject(refused(code)), { once: true })
  })
  const next = <T>(message: z.ZodType<T>) =>
    new Promise<T>((resolve, reject) => {
      const read = (data: unknown) => message.parse(JSON.parse(String(data)))
      const received = ({ data }: { data: unknown }) => {
        try {
          resolve(read(data))
        } catch (error) {
          reject(error)
        }
      }
      socket.addEventListener('message', received, { once: true })
    })

  // The socket also closes at the end of every session, long after this is done.
  closed.catch(() => undefined)
  const { challenge } = await Promise.race([next(Challenge), closed])
  const nonce = randomSecret()
  const welcome = next(Welcome)
  // The promise that lost the race may still reject.
  welcome.catch(() => undefined)
  socket.send(
    JSON.stringify({ nonce, proof: await proofOf(secret, 'page', challenge, nonce) } satisfies Answer)
  )
  const { proof, session } = await Promise.race([welcome, closed])
  if (proof !== (await proofOf(secret, 'host', challenge, nonce))) throw new SignedOut()
  return session
}

/** The host does not know this page: its secret is from a host that ended, or was used already. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut'
  constructor() {
    super('The host does not know this page.')
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
