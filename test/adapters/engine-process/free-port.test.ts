/** Ports for an app: free ones, and those that become free in a moment. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { becomesFree, isPortFree } from '#adapters/engine-process/free-port.ts'

async function taken() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

test('a port that something listens on is not free, and is not reported free later', async () => {
  const { server, port } = await taken()
  expect(await isPortFree(port)).toBe(false)
  expect(await becomesFree(port)).toBe(false)
  server.close()
})

test('a port that is about to be released is waited for', async () => {
  const { server, port } = await taken()
  const waiting = becomesFree(port)
  expect(await isPortFree(port)).toBe(false)
  server.close()
  expect(await waiting).toBe(true)
})

test('an abort ends the wait', async () => {
  const { server, port } = await taken()
  const abort = new AbortController()
  const waiting = becomesFree(port, abort.signal)
  abort.abort(new Error('not any more'))
  await expect(waiting).rejects.toThrow()
  server.close()
})
