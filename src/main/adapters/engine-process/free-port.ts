/** Whether a loopback port of this computer can be listened on now. */
import { once } from 'node:events'
import { createServer } from 'node:net'

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
