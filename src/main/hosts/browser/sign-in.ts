/** Who may call the browser host: a page that proves the one-time token, or the session's secret it got for it. */
import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { WebSocket } from 'ws'
import { Answer, proofOf, randomSecret, SIGN_IN_MS, type Welcome } from '#shared/sign-in.ts'

export interface SignIn {
  /** Valid once: the page that proves it gets the session's secret. */
  readonly token: string
  /** The token and the session's secret: they must not appear in a log or a report. */
  readonly secrets: readonly string[]
  /**
   * Asks a new connection to prove the token or the session's secret; returns what to send before its first call.
   * Undefined if it proved a wrong secret; rejects if it did not answer in time.
   */
  challenge(socket: WebSocket): Promise<Welcome | undefined>
}

/** `onUsed` is called when the token was used. */
export function createSignIn(onUsed: () => void): SignIn {
  const token = randomSecret()
  const session = randomSecret()
  let unused = true

  return {
    token,
    secrets: [token, session],
    async challenge(socket) {
      const challenge = randomSecret()
      socket.send(JSON.stringify({ challenge }))
      const { nonce, proof } = await answerTo(socket)
      const proves = async (secret: string) => same(proof, await proofOf(secret, 'page', challenge, nonce))
      const welcome = (secret: string) => proofOf(secret, 'host', challenge, nonce)
      if (await proves(session)) return { proof: await welcome(session) }
      if (!(await proves(token))) return undefined
      const ours = await welcome(token)
      // Do not await from here on: two connections may prove the token at the same time, and a lost connection must not
      // use it up.
      if (!unused || socket.readyState !== socket.OPEN) return undefined
      unused = false
      onUsed()
      return { proof: ours, session }
    }
  }
}

async function answerTo(socket: WebSocket): Promise<Answer> {
  const [data] = await once(socket, 'message', { signal: AbortSignal.timeout(SIGN_IN_MS) })
  return Answer.parse(JSON.parse(String(data)))
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
