/** Whether a loopback port of this computer can be listened on now. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { AppError } from '#shared/errors.ts'

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

/** CONFLICT where the port is in use. */
export async function requireFreePort(port: number): Promise<void> {
  if (!(await isPortFree(port))) throw portTaken(port)
}

export function portTaken(port: number, cause?: unknown): AppError {
  return new AppError(
    'CONFLICT',
    `Port ${port} of this computer is in use by another program.`,
    'Choose another port, or end the program that uses it.',
    { cause, data: { port } }
  )
}
