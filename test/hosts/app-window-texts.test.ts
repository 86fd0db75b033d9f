/** Texts around a running app's page: whose page it is, and the question before an address is opened. */
import { expect, test } from 'vitest'
import { openQuestion, shortAddress, windowTitle } from '#hosts/electron/app-window-texts.ts'

test('a title is one plain line that ends with the origin of the page', () => {
  expect(windowTitle('Safe \u202efdp.exe\u001b]0;q8s Desktop\u0007\n!', 'localhost:1')).toBe(
    'Safe ‹U+202E›fdp.exe‹U+001B›]0;q8s Desktop‹U+0007› ! (localhost:1)'
  )
  expect(windowTitle('x'.repeat(100_000), 'localhost:1')).toBe(`${'x'.repeat(100)} (localhost:1)`)
})

test('says who asks and where it leads', () => {
  const { message, detail, buttons } = openQuestion('Report (localhost:55555)', 'https://docs.example/a?b#c')
  expect(message).toBe('Open docs.example in your browser?')
  expect(detail).toContain('Report (localhost:55555) wants')
  expect(detail.split('\n').at(-1)).toBe('https://docs.example/a?b#c')
  expect(buttons).toEqual(['Open in browser', 'Cancel'])
})

test('shortens a long address in its middle', () => {
  const address = `https://docs.example/begin${'x'.repeat(10_000)}end`
  const short = shortAddress(address, 100)
  expect(short.length).toBeLessThanOrEqual(100)
  expect(short).toMatch(/^https:\/\/docs\.example\/beginx+…x+end$/)
  expect(shortAddress('https://docs.example/begin', 100)).toBe('https://docs.example/begin')
})

test('never cuts a host, however long it is', () => {
  const host = `accounts.example.${'a'.repeat(60)}.${'b'.repeat(60)}.evil.example`
  expect(shortAddress(`https://${host}/${'x'.repeat(500)}`, 100)).toMatch(
    new RegExp(`^https://${host.replaceAll('.', '\\.')}/x+…x+$`)
  )
})
