/** The system's proxy setting, as Chromium reads it: fixed, found automatically, or from a script. */
import { session } from 'electron'
import { proxyOf } from './proxy-words.ts'

/** The default package index; a proxy script may give another answer for other addresses. */
const INDEX = 'https://pypi.org/simple/'

/** The proxy as environment variables that pip, uv and most programs know. */
export async function systemProxy(): Promise<Readonly<Record<string, string>>> {
  const proxy = proxyOf(await session.defaultSession.resolveProxy(INDEX))
  return proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
}
