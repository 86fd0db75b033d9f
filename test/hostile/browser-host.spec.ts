/** Other programs of this computer try to use a window of the browser host: nothing they see of it opens anything. */

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { WebSocketServer } from 'ws'
import { drawn, expect, startBrowserHost, test, visit } from '../e2e/fixtures.ts'
import { connect, openSocket } from '../fixtures/browser-client.ts'
import { startUi } from '../fixtures/ui-process.ts'

// Electron has no server: its windows get a message port.
test.describe('the browser host', { tag: '@browser' }, () => {
  test('a server on another port of this computer receives nothing that opens the window’s host', async ({
    window
  }) => {
    const { requests, port, close } = await collector()
    const seen = seenBy(window)
    await window.reload()
    await drawn(window)
    const stranger = await window.context().newPage()
    await stranger.goto(`http://127.0.0.1:${port}/app`)
    await expect
      .poll(() => requests.filter(({ path }) => path.startsWith('/pixel')).length)
      .toBeGreaterThan(1)
    for (const { headers } of requests) expect(headers.cookie).toBeUndefined()
    expect(await window.context().cookies()).toEqual([])
    // Another port has its own storage.
    expect(await stranger.evaluate(() => Object.keys(localStorage))).toEqual([])
    await expectNothingOpens(window.url(), [...seen, ...requests.map(request => JSON.stringify(request))])
    await close()
  })

  test.describe('in a container, if Docker is available', () => {
    test.use({ engine: 'auto' })

    test('an app that sends its page to 127.0.0.1 receives nothing either', async ({ home, window }) => {
      const { id: app } = (await home.cli('bundle', 'import', await home.plainApp(STEALING))) as {
        id: string
      }
      const { url, id } = (await home.cli('app', 'run', app, '--wait')) as { url: string; id: string }
      const page = await window.context().newPage()
      await page.goto(url)
      await page.waitForURL(/127\.0\.0\.1/)
      await page.waitForLoadState()
      const log = JSON.stringify(await home.cli('instance', 'logs', id))
      expect(log).toMatch(/\/pixel HOST 127\.0\.0\.1:\d+ COOKIE None/)
      await expectNothingOpens(window.url(), [log])
    })
  })

  test('another program that takes the port learns nothing that opens a later host', async ({
    home,
    browser
  }) => {
    const port = await freePort()
    const first = await startBrowserHost(home, { port })
    const context = await browser.newContext()
    const page = await context.newPage()
    await visit(page, first.url)
    await drawn(page)
    await first.stop()

    // It accepts every sign-in, and reads what the host's page sends.
    const impostor = new WebSocketServer({ port, host: '127.0.0.1' })
    const received: string[] = []
    impostor.on('connection', socket => {
      socket.on('message', data => {
        received.push(String(data))
        socket.send(JSON.stringify({ proof: '0'.repeat(64), session: '1'.repeat(64) }))
      })
      socket.send(JSON.stringify({ challenge: '2'.repeat(64) }))
    })
    await expect.poll(() => received.length, { timeout: 40_000 }).toBeGreaterThan(0)
    expect(received.every(text => /^\{"nonce":"[0-9a-f]{64}","proof":"[0-9a-f]{64}"\}$/.test(text))).toBe(
      true
    )
    // The page makes no calls to a server that cannot prove it is the host.
    await expect(page.getByText(/Open the address it printed/)).toBeVisible()
    const stolen = [...received, await page.evaluate(() => JSON.stringify(localStorage))]
    await new Promise(resolve => {
      for (const client of impostor.clients) client.terminate()
      impostor.close(resolve)
    })

    const second = await startBrowserHost(home, { port })
    await expectNothingOpens(second.url.split('#')[0] as string, stolen)
    // The first host's window works again once it opens the address of the second host.
    await page.evaluate(url => window.location.assign(url), second.url)
    await expect(page.getByText(/Open the address it printed/)).toBeHidden()
    await drawn(page)
    expect(new URL(page.url()).hash).toBe('')
    await context.close()
    await second.stop()
  })

  test('a second tab and a reload are signed in; the address and another browser are not', async ({
    home,
    browser
  }) => {
    const host = await startBrowserHost(home)
    const context = await browser.newContext()
    const page = await context.newPage()
    await visit(page, host.url)
    await drawn(page)
    expect(new URL(page.url()).hash).toBe('')
    expect(await page.evaluate(() => window.history.length)).toBeLessThanOrEqual(2)
    await page.reload()
    await drawn(page)
    const second = await context.newPage()
    await second.goto(new URL(host.url).origin)
    await drawn(second)
    // The address opened again by mistake shows the window. Without the session, it says what to do.
    const third = await context.newPage()
    await third.goto(host.url)
    await drawn(third)
    const other = await browser.newContext({ colorScheme: 'dark' })
    for (const url of [host.url, new URL(host.url).origin]) {
      const signedOut = await other.newPage()
      await signedOut.goto(url)
      await expect(
        signedOut.getByRole('heading', { name: 'This page is not signed in to q8s' })
      ).toBeVisible()
      await expect(signedOut.getByText('Run q8s-cli ui again')).toBeVisible()
      const { violations } = await new AxeBuilder({ page: signedOut })
        .setLegacyMode()
        .withRules(['color-contrast'])
        .analyze()
      expect(violations).toEqual([])
    }
    await other.close()
    await context.close()
    await host.stop()
  })

  test('the file that starts a browser leads to the window, and is removed', async ({ browser }) => {
    test.skip(process.platform !== 'linux', 'other systems find their opener without PATH')
    const folder = await mkdtemp(join(tmpdir(), 'q8s-opener-'))
    await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\necho "$1" > ${folder}/opened\n`, { mode: 0o755 })
    const host = await startUi({ args: [], env: { PATH: `${folder}:${process.env.PATH}` } })
    const opened = () => readFile(join(folder, 'opened'), 'utf8').catch(() => '')
    await expect.poll(opened).toContain('.html')
    const file = (await opened()).trim()
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(pathToFileURL(file).href)
    await drawn(page)
    expect(page.url()).toBe(`${new URL(host.url).origin}/`)
    await expect.poll(() => existsSync(file)).toBe(false)
    await context.close()
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('localhost, where another program may listen, leads to 127.0.0.1 before the token is used', async ({
    home,
    browser
  }) => {
    const host = await startBrowserHost(home)
    const context = await browser.newContext()
    const page = await context.newPage()
    await visit(page, host.url.replace('127.0.0.1', 'localhost'))
    await drawn(page)
    expect(new URL(page.url()).hostname).toBe('127.0.0.1')
    await context.close()
    await host.stop()
  })
})

/** Sends its own page to the other name of this computer, and prints the requests it receives. */
const STEALING = `import http.server, os
PAGE = b"""<script>
if (location.hostname !== '127.0.0.1') location = 'http://127.0.0.1:' + location.port + '/steal'
</script><img src="/pixel">"""
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, 'HOST', self.headers.get('Host'), 'COOKIE', self.headers.get('Cookie'), flush=True)
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(PAGE)
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer((os.environ.get('HOST', '127.0.0.1'), int(os.environ['PORT'])), Handler).serve_forever()
`

interface Collected {
  readonly path: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** A server whose page loads pictures from itself by each name of this computer. */
async function collector() {
  const requests: Collected[] = []
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers })
    const { port } = server.address() as AddressInfo
    const images = ['127.0.0.1', 'localhost'].map(host => `<img src="http://${host}:${port}/pixel-${host}">`)
    response.setHeader('content-type', 'text/html')
    response.end(images.join(''))
  })
  await new Promise<void>(resolve => server.listen(0, resolve))
  return {
    requests,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(resolve)
      })
  }
}

/** Every address that the window uses from now on, and what its sockets send before they are signed in. */
function seenBy(window: Page): string[] {
  const seen = [window.url()]
  window.on('request', request => seen.push(request.url(), JSON.stringify(request.headers())))
  window.on('websocket', socket => {
    seen.push(socket.url())
    socket.once('framesent', ({ payload }) => seen.push(String(payload)))
    socket.once('framereceived', ({ payload }) => seen.push(String(payload)))
  })
  return seen
}

/** Tries everything in these texts that could be a secret, and an answer that was right once: nothing may open. */
async function expectNothingOpens(url: string, texts: readonly string[]) {
  const { origin } = new URL(url)
  const secrets = new Set(texts.flatMap(text => [...text.matchAll(/[\w-]{20,}/g)].map(([match]) => match)))
  for (const secret of secrets)
    await expect(connect(origin, secret)).rejects.toThrow('does not know this page')
  for (const answer of texts.filter(text => text.startsWith('{"nonce"'))) {
    const socket = openSocket(origin)
    const received: string[] = []
    socket.on('message', data => {
      received.push(String(data))
      socket.send(answer)
    })
    await new Promise(resolve => socket.once('close', resolve))
    expect(received.length).toBe(1)
  }
}

function freePort(): Promise<number> {
  const server = createTcp()
  return new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  )
}
