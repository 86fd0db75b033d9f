/** The proxy this system is set to, as Chromium reads it: fixed, found automatically, or by a script. */
import { session } from 'electron'
import { proxyOf } from './proxy-words.ts'

/** What packages come from where nothing else is set; a script may answer differently for other addresses. */
const INDEX = 'https://pypi.org/simple/'

/** As variables that pip, uv and most programs know. */
export async function systemProxy(): Promise<Readonly<Record<string, string>>> {
  const proxy = proxyOf(await session.defaultSession.resolveProxy(INDEX))
  return proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
}
