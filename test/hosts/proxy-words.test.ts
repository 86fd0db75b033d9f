/** Converts Chromium's proxy settings to addresses. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { proxyOf } from '#hosts/electron/proxy-words.ts'

test.each([
  ['DIRECT', undefined],
  ['', undefined],
  ['PROXY proxy.example:3128', 'http://proxy.example:3128'],
  ['PROXY one:3128; PROXY two:3128; DIRECT', 'http://one:3128'],
  ['HTTPS proxy.example:443', 'https://proxy.example:443'],
  ['SOCKS5 127.0.0.1:1080;DIRECT', 'socks5://127.0.0.1:1080'],
  ['DIRECT; PROXY one:3128', undefined],
  ['QUIC one:3128', undefined]
])('%s', (words, address) => {
  expect(proxyOf(words)).toBe(address)
})

test('any input gives an address or nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map(place => `PROXY ${place}`)
      ),
      words => {
        const address = proxyOf(words)
        return address === undefined || URL.canParse(address)
      }
    )
  )
})
