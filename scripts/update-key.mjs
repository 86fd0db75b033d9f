/** The key updates are signed with: the app is packed with its public half, and the channel's files with a signature each. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Undefined where Q8S_UPDATE_KEY names no file. It is an Ed25519 key as `openssl genpkey -algorithm ed25519` writes it. */
function privateKey() {
  const path = process.env.Q8S_UPDATE_KEY
  if (!path) return undefined
  const key = createPrivateKey(readFileSync(path))
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${path} is no Ed25519 key`)
  return key
}

/** Base64 of the DER of its public half. */
export function publicUpdateKey() {
  const key = privateKey()
  return key && createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64')
}

/** A channel's file with its signature as the last line. */
export function signed(text) {
  const key = privateKey()
  if (!key) return text
  const content = text.endsWith('\n') ? text : `${text}\n`
  return `${content}# signature: ${sign(null, Buffer.from(content), key).toString('base64')}\n`
}

/** Signs what the packer wrote for the channels. */
export async function signChannels(folder) {
  for (const name of await readdir(folder)) {
    if (!/^(latest|beta)(-[\w-]+)?\.yml$/.test(name)) continue
    const file = join(folder, name)
    const text = await readFile(file, 'utf8')
    if (!text.includes('\n# signature: ')) await writeFile(file, signed(text))
  }
}
