/** Checks whether a loopback port of this computer is free. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { until } from './until.ts'

/** Milliseconds for which a killed process may still hold its port, even if no trace of the process is left. */
const RELEASE_MS = 1_000

/** Like `isPortFree`, but waits for a port that is about to become free. */
export function becomesFree(port: number, signal?: AbortSignal): Promise<boolean> {
  return until(() => isPortFree(port), RELEASE_MS, signal)
}

/** True if nothing listens on 127.0.0.1 at that port, and this user is allowed to. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true })
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
