/** A broken connection: the window reports it, lists stay, and the log continues with every line once. */

import type { WebSocketRoute } from '@playwright/test'
import { drawn, drop, expect, test } from './fixtures.ts'
import { lineNumbers } from './pages/saying-app.ts'
import { Workbench } from './pages/workbench.ts'

const COUNTING = `import http.server, os, threading, time
def count():
    for number in range(100000):
        print(f'line {number:06d}', flush=True)
        time.sleep(0.02)
threading.Thread(target=count, daemon=True).start()
http.server.HTTPServer((os.environ.get('HOST', '127.0.0.1'), int(os.environ['PORT'])), http.server.SimpleHTTPRequestHandler).serve_forever()
`

// Electron uses a message port, which breaks only with its process: there is no connection to lose.
test('the log continues after breaks with every line once', { tag: '@browser' }, async ({ home, window }) => {
  const sockets: WebSocketRoute[] = []
  await window.routeWebSocket(/\/rpc/, socket => {
    socket.connectToServer()
    sockets.push(socket)
  })
  await window.reload()
  await drawn(window)
  const workbench = new Workbench(window)
  const folder = await home.plainApp(COUNTING)
  await drop(window, folder)
  await expect(workbench.primary).toHaveText('Run locally')
  await window.keyboard.press('Control+Enter')
  await expect(workbench.primary).toHaveText('Open app', { timeout: 120_000 })
  const log = workbench.log('Plain Web')
  await expect(log).toContainText(/line \d{6}/)

  await workbench.go('Local')
  for (let times = 0; times < 3; times += 1) {
    const before = sockets.length
    await sockets.at(-1)?.close()
    await expect(window.getByText('Reconnecting', { exact: true })).toBeVisible()
    await expect(workbench.row(/Plain Web/)).toBeVisible()
    await expect.poll(() => sockets.length, { timeout: 30_000 }).toBeGreaterThan(before)
    await expect(window.getByText('Reconnecting', { exact: true })).toBeHidden()
  }

  const [download] = await Promise.all([
    window.waitForEvent('download'),
    (async () => {
      await log.getByRole('button', { name: 'More for this log' }).click()
      await window.getByRole('menuitem', { name: 'Save whole log' }).click()
    })()
  ])
  const numbers = await lineNumbers(log)
  expect(numbers.length).toBeGreaterThan(1)
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] as number) + index))
  expect(download.suggestedFilename()).toMatch(/^ai\.h2o\.q\.plain-web-[0-9a-f]{8}\.log$/)
})
