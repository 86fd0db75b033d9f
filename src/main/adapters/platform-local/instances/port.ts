/** Finds a loopback port that nothing listens on. */
import { randomInt } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** The port local runs are reached on unless it is taken, as the developer guide says. */
export const GUIDE_PORT = 55555

/** Below every system's range for outgoing connections, so that none of those takes it between runs. */
const FIRST = 20_000
const LAST = 31_999

/** `wanted` if it is free, else another; `reserve` says whether no other instance has the port, and takes it. */
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

/** Whether a server could listen there. Asks both ways: some systems let a second one bind beside the first. */
export async function isFree(port: number): Promise<boolean> {
  return !(await answers(port)) && (await bindError(port)) === undefined
}

/** Whether the port is free, and this user may not listen there: most systems keep those below 1024 to administrators. */
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

/** The code of what keeps a server from listening there; undefined where nothing does. */
function bindError(port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
