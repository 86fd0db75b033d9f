/** Finds a loopback port that nothing listens on. */
import { randomInt } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** The usual port of local runs, named in the developer guide. Another is used if it is taken. */
export const GUIDE_PORT = 55555

/** Below every system's range for outgoing connections, so that no connection takes the port between runs. */
const FIRST = 20_000
const LAST = 31_999

/**
 * `wanted` if it is free, else another port. `reserve` takes the port, and returns false if another instance has it.
 */
export async function choosePort(
  wanted: number | undefined,
  reserve: (port: number) => boolean
): Promise<number> {
  if (wanted !== undefined && (await isFree(wanted)) && reserve(wanted)) return wanted
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(FIRST, LAST + 1)
    if ((await isFree(port)) && reserve(port)) return port
  }
  throw new AppError('UNAVAILABLE', t`No free port was found on this computer.`, t`Stop some instances.`)
}

/** Whether a server could listen there. Connects and binds: some systems let a second server bind to the same port. */
export async function isFree(port: number): Promise<boolean> {
  return !(await answers(port)) && (await bindError(port)) === undefined
}

/** Whether the port needs rights this user lacks: most systems reserve ports below 1024 for administrators. */
export async function needsRights(port: number): Promise<boolean> {
  return (await bindError(port)) === 'EACCES'
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
    socket.setTimeout(1000, () => done(true))
  })
}

/** The error code that prevents a server from listening there. Undefined if there is none. */
function bindError(port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
