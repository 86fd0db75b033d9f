/** The system's proxy: package requests use it if no other setting names a proxy, and only once the user starts one. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, inMain, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const NAMED = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'PIP_PROXY'].flatMap(name => [
  name,
  name.toLowerCase()
])
const before = NAMED.map(name => [name, process.env[name]] as const)
test.beforeAll(() => {
  for (const name of NAMED) delete process.env[name]
})
test.afterAll(() => {
  for (const [name, value] of before) if (value !== undefined) process.env[name] = value
})

test('a connection test goes through the proxy of the system, and names what refuses it', async ({
  home,
  window
}) => {
  const asked: (string | undefined)[] = []
  const proxy = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(403).end()
  })
  proxy.on('connect', (request, socket) => {
    asked.push(request.url)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  await inMain(
    window,
    ({ session }, proxyRules) => session.defaultSession.setProxy({ proxyRules }),
    `127.0.0.1:${port}`
  )

  await home.cli('config', 'setup', '--engine', 'process')
  const workbench = new Workbench(window)
  await workbench.go('Settings')
  await window.getByRole('contentinfo').getByRole('button', { name: 'Keychain' }).click()
  const network = window.getByRole('listitem', { name: 'Certificates and proxy' })
  await expect(network.getByText('Works')).toBeVisible()
  expect(asked).toEqual([])
  await network.getByRole('button', { name: 'Test connection' }).click()
  await expect(network.getByText('Does not work')).toBeVisible({ timeout: 60_000 })
  await expect(network).toContainText('The proxy lets nothing through.')
  await expect(network.getByRole('link', { name: 'Proxies and certificates of pip' })).toBeVisible()
  expect(asked.length).toBeGreaterThan(0)
  proxy.close().closeAllConnections()
})
