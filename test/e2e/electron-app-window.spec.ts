/** A running app in an Electron window: it shows, can be used, and reaches only itself. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { applicationOf, drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const READY = 120_000

/** Serves a page with a link that also tries what an untrusted page may try. */
const CURIOUS = `import http.server, os
PAGE = b"""<title>Not q8s</title><h1>At home</h1><a href="/next">Next</a>"""
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>Further</h1>" if self.path == "/next" else PAGE)
http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
`

/** Takes the port as soon as it is free: a launcher reports that it has ended a moment before it has. */
async function takePort(port: number): Promise<() => void> {
  let server = createServer()
  await expect(async () => {
    server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
  }).toPass()
  return () => void server.close()
}

test('an app opens in a window that can reach nothing else', async ({ home, window }) => {
  const asked: string[] = []
  const elsewhere = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('elsewhere')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => elsewhere.once('listening', resolve))
  const stranger = `http://localhost:${(elsewhere.address() as AddressInfo).port}/`

  const workbench = new Workbench(window)
  await home.cli('config', 'setup', '--engine', 'process')
  const folder = await home.plainApp(CURIOUS)
  await drop(window, folder)
  await workbench.details.getByRole('button', { name: 'Run locally' }).click()
  const show = workbench.details.getByRole('button', { name: 'Show here' })
  await expect(show).toBeVisible({ timeout: READY })
  const opening = applicationOf(window).waitForEvent('window')
  await show.click()
  const app = await opening
  await expect(app.getByRole('heading', { name: 'At home' })).toBeVisible()
  const address = app.url()

  const powers = await app.evaluate(async there => {
    const reached = await fetch(there, { mode: 'no-cors' }).then(
      () => true,
      () => false
    )
    const place = await navigator.permissions.query({ name: 'geolocation' })
    const names = ['require', 'process', 'q8s'].filter(name => name in globalThis)
    return { reached, place: place.state, names, opened: globalThis.open('file:///etc/passwd') !== null }
  }, stranger)
  expect(powers).toEqual({ reached: false, place: 'denied', names: [], opened: false })
  await app.getByRole('link', { name: 'Next' }).click()
  await expect(app.getByRole('heading', { name: 'Further' })).toBeVisible()
  const place = await app.evaluate(async there => {
    location.href = there
    // A refused navigation raises no event; by the time this request is answered it would have started.
    await fetch('/next')
    return location.href
  }, stranger)
  expect(place).toBe(new URL('/next', address).href)
  expect(asked).toEqual([])

  const seen = await applicationOf(window).evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(each => [each.getTitle(), each.webContents.session.isPersistent()])
  )
  expect(seen).toContainEqual([`Plain Web (${new URL(address).host})`, false])
  elsewhere.close()

  // Another server takes the port while the app is stopped. The app comes back on a new port, and its window may reach
  // it.
  await workbench.details.getByRole('button', { name: 'Stop' }).click()
  await expect(workbench.primary).toHaveText('Run locally', { timeout: READY })
  const letGo = await takePort(Number(new URL(address).port))
  await workbench.details.getByRole('button', { name: 'Run locally' }).click()
  await expect(show).toBeVisible({ timeout: READY })
  await show.click()
  await expect(app.getByRole('heading', { name: 'At home' })).toBeVisible()
  expect(new URL(app.url()).port).not.toBe(new URL(address).port)
  letGo()

  // The window of an app is not the app itself: it closes, and the main window stays.
  await app.close()
  await expect(workbench.primary).toHaveText(/Open app|Publish/)
})
