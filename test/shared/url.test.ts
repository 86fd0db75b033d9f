/** Which links may leave the app. */
import { expect, test } from 'vitest'
import { externalUrl } from '#shared/url.ts'

test.each([
  'https://example.com/a?b#c',
  'http://localhost:55555/demo',
  'http://127.0.0.1:8080/',
  'http://[::1]:1/',
  'http://abc.localhost:80/'
])('%s may be opened', url => expect(externalUrl(url)).toBeDefined())

test.each([
  'http://example.com/',
  'http://localhost.example.com/',
  'http://127.0.0.1.example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'smb://host/share',
  'ms-msdt:/id',
  'https://user:secret@example.com/',
  'not a url',
  ''
])('%j may not', url => expect(externalUrl(url)).toBeUndefined())
