/** Verifies a channel: its last line is an Ed25519 signature of all text before it, by the key of the packaged app. */
import { createPublicKey, verify } from 'node:crypto'

const SIGNED = /^([\s\S]*\n)# signature: ([A-Za-z0-9+/]{86}==)\n$/

/** `key` is the public key, as base64 of its DER. */
export function isSigned(text: string, key: string): boolean {
  const [, content, signature] = SIGNED.exec(text) ?? []
  if (content === undefined || signature === undefined) return false
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
  return verify(null, Buffer.from(content), publicKey, Buffer.from(signature, 'base64'))
}
