/** Whether a loopback port of this computer can be listened on now. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { until } from './until.ts'

/** What was killed a moment ago may still hold its port, when nothing else of it can be found any more. */
const RELEASE_MS = 1_000

/** As `isPortFree`, with patience for one that is about to be. */
export function becomesFree(port: number, signal?: AbortSignal): Promise<boolean> {
  return until(() => isPortFree(port), RELEASE_MS, signal)
}

/** True when nothing listens on 127.0.0.1 at that port and this user may. */
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
