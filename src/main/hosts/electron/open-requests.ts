/** Parses what the system asks the app to open: a bundle by double click, or a q8s:// link. Ignores the rest. */
import { isAbsolute, resolve } from 'node:path'
import type { HostEvent } from '#shared/host-events.ts'

export type OpenRequest = Extract<HostEvent, { kind: 'bundle' | 'app' | 'instance' }>

const MAX_LENGTH = 4_096
const NAME = /^[A-Za-z0-9][\w.-]{0,199}$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Requests in the arguments of a start, without the program's own; `cwd` is where it was started. */
export function requestsOfArguments(words: readonly string[], cwd: string): OpenRequest[] {
  return words.flatMap(word => {
    if (word.startsWith('-')) return []
    const request = /^q8s:/i.test(word) ? requestOfLink(word) : requestOfFile(word, cwd)
    return request ? [request] : []
  })
}

/** A bundle by its path, which the user chose in the system's own windows. */
export function requestOfFile(path: string, cwd: string): OpenRequest | undefined {
  if (path.length > MAX_LENGTH || path.includes('\0') || !/\.(qz|wave)$/i.test(path)) return undefined
  // A URL is not a path, even if it ends in .qz.
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return undefined
  return { kind: 'bundle', path: isAbsolute(path) ? path : resolve(cwd, path) }
}

/** `q8s://app/<name>` or `q8s://instance/<id>`; a link never names a path, an action or an address. */
export function requestOfLink(link: string): OpenRequest | undefined {
  if (link.length > MAX_LENGTH || !URL.canParse(link)) return undefined
  const { protocol, host, pathname, search, hash, username, password, port } = new URL(link)
  if (protocol !== 'q8s:' || search || hash || username || password || port) return undefined
  const word = pathname.slice(1)
  if (host === 'app' && NAME.test(word)) return { kind: 'app', name: word }
  if (host === 'instance' && UUID.test(word)) return { kind: 'instance', id: word }
  return undefined
}
