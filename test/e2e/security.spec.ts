/** What an attacker's page of the window can do in either shell: call the contract and nothing else. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

test('the page has the exact policy, and each violation is blocked', async ({ window }) => {
  const policy = await window.evaluate(async () => {
    const response = await fetch('/')
    return response.headers.get('content-security-policy') ?? ''
  })
  expect(policy.replace(/'nonce-[\w-]{22}'/, "'nonce'").split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'nonce'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ])
  expect(await violations(window)).toEqual([
    'base-uri',
    'connect-src https',
    'connect-src wss',
    'eval',
    'font-src',
    'form-action',
    'frame-src',
    'img-src',
    'media-src',
    'new Function',
    'object-src',
    'script-src-attr',
    'script-src-elem inline',
    'script-src-elem remote',
    'style-src-elem',
    'timer of text',
    'worker-src'
  ])
})

/** Tries what the policy forbids, outside the debugger's own calls, and returns what was blocked. */
function violations(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>(resolve => {
        const blocked = new Set<string>()
        document.addEventListener('securitypolicyviolation', event => {
          const { effectiveDirective: directive, blockedURI: uri } = event
          if (directive === 'connect-src') blocked.add(`connect-src ${uri.split(':')[0]}`)
          else if (directive === 'script-src-elem')
            blocked.add(`script-src-elem ${uri === 'inline' ? 'inline' : 'remote'}`)
          else if (uri !== 'eval') blocked.add(directive)
        })
        // The page's own createElement adds a nonce to style elements; an attacker's script would not.
        const create = Document.prototype.createElement as (name: string) => HTMLElement
        const add = (name: string, attributes: Record<string, string>, text = '') => {
          const element = create.call(document, name)
          for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
          element.textContent = text
          document.body.append(element)
          return element
        }
        const refused = (what: string, work: () => unknown) => {
          try {
            work()
          } catch {
            blocked.add(what)
          }
        }
        setTimeout(() => {
          // biome-ignore lint/security/noGlobalEval: that it does nothing is what is tested
          refused('eval', () => globalThis.eval('1'))
          refused('new Function', () => new Function('return 1')())
          const flags = globalThis as { timed?: boolean }
          setTimeout('globalThis.timed = true' as never)
          setTimeout(() => flags.timed || blocked.add('timer of text'), 200)
          add('script', {}, 'globalThis.inline = true')
          add('script', { src: 'https://evil.example/x.js' })
          add('style', {}, 'body { color: red }')
          add('img', { src: 'https://evil.example/x.png' })
          add('object', { data: 'https://evil.example/x' })
          add('video', { src: 'https://evil.example/x.mp4' })
          add('iframe', { src: 'https://evil.example/' })
          add('base', { href: 'https://evil.example/' })
          add('button', { onclick: 'globalThis.clicked = true' }).click()
          const form = add('form', { action: 'https://evil.example/', method: 'post' }) as HTMLFormElement
          form.submit()
          new FontFace('evil', 'url(https://evil.example/x.woff2)').load().catch(() => undefined)
          fetch('https://evil.example/').catch(() => undefined)
          refused('', () => new WebSocket('wss://evil.example/'))
          refused('', () => new Worker(URL.createObjectURL(new Blob(['1']))))
        })
        setTimeout(() => resolve([...blocked].filter(Boolean).sort()), 1_500)
      })
  )
}

test('no request leaves for anywhere but the window’s own origin', async ({ window }) => {
  const elsewhere: string[] = []
  const { origin } = new URL(window.url())
  window.on('request', request => {
    if (!request.url().startsWith(`${window.url().split('/', 3).join('/')}/`)) elsewhere.push(request.url())
  })
  const sockets: string[] = []
  window.on('websocket', socket => sockets.push(new URL(socket.url()).host))
  await window.reload()
  await window.getByRole('navigation', { name: 'Pages' }).waitFor()
  for (const key of ['1', '2', '3', '4', '5', '6']) await window.keyboard.press(key)
  expect(elsewhere).toEqual([])
  expect(new Set(sockets)).toEqual(new Set(origin === 'null' ? [] : [new URL(origin).host]))
})
