/** Converts Chromium's description of proxies to the address for environment variables. */

const SCHEMES: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5'
}

/** `PROXY one:3128; SOCKS5 two:1080; DIRECT` -> `http://one:3128`: uses the first proxy. Undefined if there is none. */
export function proxyOf(words: string): string | undefined {
  const [kind = '', place = ''] = (words.split(';')[0] ?? '').trim().split(/\s+/)
  const scheme = SCHEMES[kind.toUpperCase()]
  const address = `${scheme}://${place}`
  return scheme && place && URL.canParse(address) ? address : undefined
}
