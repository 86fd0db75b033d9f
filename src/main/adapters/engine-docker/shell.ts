/** Opens a shell in an instance's container, and ends it with all it started: an engine does not do that by itself. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import type { EngineShell, TerminalSize } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import type { DockerConnection } from './asking.ts'
import { containerName, PATHS } from './container.ts'
import { answerStatus } from './errors.ts'

/** Carried by the shell and whatever it starts. */
const MARK = 'Q8S_SHELL'

/** The app's own environment first on the PATH, and the best shell there is. */
const START = `PATH=${PATHS.venvRoot}/bin:$PATH; export PATH; if command -v bash >/dev/null; then exec bash; fi; exec sh`

/** Hangs up on every process that carries the mark, then kills what is left. Runs in the container. */
const END = `
import os, signal, sys, time
mark = sys.argv[1].encode()
def marked():
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and int(name) != os.getpid():
                with open("/proc/%s/environ" % name, "rb") as file:
                    if mark in file.read().split(b"\\0"):
                        yield int(name)
        except OSError:
            pass
for number in (signal.SIGHUP, signal.SIGKILL, signal.SIGKILL):
    found = list(marked())
    for pid in found:
        try:
            os.kill(pid, number)
        except OSError:
            pass
    if not found:
        break
    time.sleep(0.1)
`

export async function openShell(
  connection: DockerConnection,
  instanceId: string,
  size: TerminalSize,
  signal?: AbortSignal
): Promise<EngineShell> {
  const mark = `${MARK}=${randomUUID()}`
  const exec = await ask(connection, instanceId, signal, container =>
    container.exec({
      Cmd: ['sh', '-c', START],
      Env: [mark, 'TERM=xterm-256color', `VIRTUAL_ENV=${PATHS.venvRoot}`],
      WorkingDir: PATHS.appRoot,
      ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: true }
    })
  )
  const stream: Duplex = await ask(connection, instanceId, signal, () =>
    exec.start({ hijack: true, stdin: true, Tty: true })
  )
  // Errors end the output; the listener keeps a late one from ending the host.
  stream.on('error', () => undefined)
  const shell: EngineShell = {
    output: stream,
    write: text => write(stream, text),
    // A shell that has ended has no terminal to size.
    resize: ({ columns, rows }) => exec.resize({ w: columns, h: rows }).then(nothing, nothing),
    exitCode: async () => (await exec.inspect()).ExitCode ?? undefined,
    async close() {
      stream.destroy()
      await endMarked(connection, instanceId, mark)
    }
  }
  await shell.resize(size)
  return shell
}

function nothing() {}

async function write(stream: Duplex, text: string): Promise<void> {
  if (stream.destroyed || stream.writableEnded) throw ended()
  if (stream.write(text)) return
  const closed = new AbortController()
  try {
    await Promise.race([
      once(stream, 'drain', { signal: closed.signal }),
      once(stream, 'close', { signal: closed.signal })
    ])
  } finally {
    closed.abort()
  }
}

async function endMarked(connection: DockerConnection, instanceId: string, mark: string): Promise<void> {
  try {
    const exec = await ask(connection, instanceId, undefined, container =>
      container.exec({ Cmd: ['python3', '-I', '-c', END, mark], AttachStdout: true, AttachStderr: true })
    )
    const stream = await exec.start({})
    stream.resume()
    await once(stream, 'end')
  } catch {
    // The container has ended, and everything in it.
  }
}

function ask<T>(
  connection: DockerConnection,
  instanceId: string,
  signal: AbortSignal | undefined,
  question: (container: Docker.Container) => Promise<T>
): Promise<T> {
  return connection.ask(docker => question(docker.getContainer(containerName(instanceId))), {
    signal,
    expected: error => {
      const status = answerStatus(error)
      if (status === 404 || status === 409) throw ended()
      return undefined
    }
  })
}

function ended(): AppError {
  return new AppError('CONFLICT', 'The instance does not run any more.', 'Start it first.')
}
