/** What the system asks the app to open: bundles and strict links, and nothing else from a command line. */
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestOfLink, requestsOfArguments } from '#hosts/electron/open-requests.ts'

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e'

describe('what the system asks to open', () => {
  test('bundles by their path, relative ones from the caller’s folder', () => {
    const here = resolve('/somewhere')
    expect(requestsOfArguments(['--flag', 'a/b.qz', resolve('/x/C.WAVE'), 'notes.txt', ''], here)).toEqual([
      { kind: 'bundle', path: resolve(here, 'a/b.qz') },
      { kind: 'bundle', path: resolve('/x/C.WAVE') }
    ])
  })

  test('links to an app and to an instance', () => {
    expect(requestOfLink('q8s://app/ai.h2o.q.hello-wave')).toEqual({
      kind: 'app',
      name: 'ai.h2o.q.hello-wave'
    })
    expect(requestOfLink(`q8s://instance/${ID}`)).toEqual({ kind: 'instance', id: ID })
  })

  test.each([
    'q8s://',
    'q8s://app/',
    'q8s://app/../../etc/passwd',
    'q8s://app/%2e%2e%2fetc',
    'q8s://app/a/b',
    'q8s://app/a?run=1',
    'q8s://app/a#x',
    'q8s://user:secret@app/a',
    'q8s://app:80/a',
    'q8s://run/a',
    'q8s://bundle//etc/passwd.qz',
    'q8s://instance/1',
    'q8s:app/a',
    'https://app/a',
    'file:///x.qz',
    'https://evil.example/x.qz',
    `q8s://app/${'a'.repeat(5_000)}`,
    'a\0b.qz'
  ])('%j opens nothing', word => expect(requestsOfArguments([word], '/')).toEqual([]))

  test('no arguments make it throw, or return anything but a bundle, an app or an instance', () => {
    const words = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.string().map(rest => `q8s://${rest}`)
    )
    fc.assert(
      fc.property(fc.array(words), all => {
        for (const asked of requestsOfArguments(all, '/')) {
          if (asked.kind === 'bundle') expect(asked.path).toMatch(/\.(qz|wave)$/i)
          if (asked.kind === 'app') expect(asked.name).toMatch(/^[\w.-]+$/)
        }
      })
    )
  })
})
