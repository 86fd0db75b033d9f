/** Opens a shell in a container. Ends it with all its processes, even if its host is killed: engines do not. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { unlessAborted } from '#core/async/queue.ts'
import type { EngineShell, TerminalSize } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { DockerConnection } from './asking.ts'
import { PATHS } from './container.ts'
import { answerStatus } from './errors.ts'

/** Environment variable of the shell and of everything it starts. */
const MARK = 'Q8S_SHELL'

/**
 * Starts bash or sh with the app's variables. Docker does not know them, because they include secrets: they are read
 * from a process of the app, if one runs. Runs in the container.
 */
const START = `
import os, shutil
def variables():
    for name in sorted(filter(str.isdigit, os.listdir("/proc")), key=int):
        try:
            with open("/proc/%s/stat" % name, "rb") as file:
                parent = file.read().rpartition(b")")[2].split()[1]
            with open("/proc/%s/environ" % name, "rb") as file:
                found = dict(part.split(b"=", 1) for part in file.read().split(b"\\0") if b"=" in part)
        except OSError:
            continue
        if parent == b"1" and b"VIRTUAL_ENV" in found:
            return found
    return {}
env = dict(os.environb)
env.update(variables())
for name in (b"TERM", b"${MARK}", b"VIRTUAL_ENV"):
    env[name] = os.environb[name]
env[b"PATH"] = b"${PATHS.venvRoot}/bin:" + env[b"PATH"]
shell = shutil.which("bash") or "/bin/sh"
os.execve(shell, [os.path.basename(shell)], env)
`

/** Sends SIGHUP to every process with the mark, then kills the rest. Runs in the container. */
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

/** Waits until its input is closed: the shell was closed, or the host is gone. */
const WATCH = 'while read -r line; do :; done; exec python3 -I -c "$0" "$1"'

/** Maximum milliseconds to wait for an engine that hangs. */
const PATIENCE = 15_000

/** `name` is the name of the container. */
export async function openShell(
  connection: DockerConnection,
  name: string,
  size: TerminalSize,
  signal?: AbortSignal
): Promise<EngineShell> {
  const mark = `${MARK}=${randomUUID()}`
  const start = (command: Docker.ExecCreateOptions) => attach(connection, name, command, signal)
  // The watch has no terminal, so its input ends with the connection. The shell's input does not.
  const watch = await start({ Cmd: ['sh', '-c', WATCH, END, mark] })
  watch.stream.resume()
  try {
    const { exec, stream } = await start({
      Cmd: ['python3', '-I', '-c', START],
      Env: [mark, 'TERM=xterm-256color', `VIRTUAL_ENV=${PATHS.venvRoot}`],
      WorkingDir: PATHS.appRoot,
      Tty: true
    })
    const soon = <T>(question: (abortSignal: AbortSignal) => Promise<T>) =>
      connection.ask((_docker, abortSignal) => question(abortSignal), { timeoutMs: PATIENCE })
    const shell: EngineShell = {
      output: stream,
      write: text => write(stream, text),
      // A shell that has ended has no terminal to resize.
      resize: ({ columns, rows }) =>
        soon(abortSignal => exec.resize({ w: columns, h: rows, abortSignal })).then(nothing, nothing),
      exitCode: async () => (await soon(abortSignal => exec.inspect({ abortSignal }))).ExitCode ?? undefined,
      async close() {
        stream.destroy()
        await endOf(watch.stream)
      }
    }
    await shell.resize(size)
    return shell
  } catch (error) {
    watch.stream.destroy()
    throw error
  }
}

/** Starts a command in the container, with its input and output in one stream. */
async function attach(
  connection: DockerConnection,
  name: string,
  command: Docker.ExecCreateOptions,
  signal: AbortSignal | undefined
): Promise<{ readonly exec: Docker.Exec; readonly stream: Duplex }> {
  const exec = await ask(connection, name, signal, (container, abortSignal) =>
    container.exec({ ...command, AttachStdin: true, AttachStdout: true, AttachStderr: true, abortSignal })
  )
  const options = { hijack: true, stdin: true, Tty: command.Tty ?? false }
  const stream = await ask(connection, name, signal, (_container, abortSignal) => {
    // The signal must not go to the engine's client, which would break the stream with it later.
    const starting = exec.start(options)
    return unlessAborted(starting, abortSignal).catch(error => {
      starting.then(late => late.on('error', nothing).destroy(), nothing)
      throw error
    })
  })
  // Errors end the output. Without this listener, a late error would end the host.
  stream.on('error', nothing)
  return { exec, stream }
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

/**
 * Closes the watch's input, then waits until the watch has ended all that the shell started, or the container has
 * ended.
 */
async function endOf(watch: Duplex): Promise<void> {
  watch.end()
  if (watch.closed || watch.readableEnded) return
  const waiting = AbortSignal.timeout(PATIENCE)
  await once(watch, 'end', { signal: waiting }).catch(nothing)
  watch.destroy()
}

function ask<T>(
  connection: DockerConnection,
  name: string,
  signal: AbortSignal | undefined,
  question: (container: Docker.Container, abortSignal: AbortSignal) => Promise<T>
): Promise<T> {
  return connection.ask((docker, abortSignal) => question(docker.getContainer(name), abortSignal), {
    signal,
    timeoutMs: PATIENCE,
    expected: error => {
      const status = answerStatus(error)
      if (status === 404 || status === 409) throw ended()
      return undefined
    }
  })
}

function ended(): AppError {
  return new AppError('CONFLICT', t`The instance does not run any more.`, t`Start it first.`)
}
