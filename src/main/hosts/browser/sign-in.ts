/** Who may call the browser host: a page that proves the one-time token of its start, or the secret given for it. */
import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { WebSocket } from 'ws'
import { Answer, proofOf, randomSecret, SIGN_IN_MS, type Welcome } from '#shared/sign-in.ts'

export interface SignIn {
  /** Good for one use: the page that proves it gets the session's secret. */
  readonly token: string
  /** The token and the session's secret: they belong in no log and no report. */
  readonly secrets: readonly string[]
  /**
   * Has a new connection prove either: what to send it before its first call. Undefined when it proved a wrong secret;
   * rejects when it gave no answer in time.
   */
  challenge(socket: WebSocket): Promise<Welcome | undefined>
}

/** `onUsed` is called when the token has been used. */
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
      // Two connections may prove it at the same time, and one that is lost must not use it up: nothing is awaited now.
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
