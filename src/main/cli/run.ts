/** Runs one command line from its arguments to its exit code. */

import type { HomeCopies } from '#core/ports.ts'
import { VERSION } from '#main/version.ts'
import type { Client } from '#shared/contract.ts'
import { AppError, isCancelled } from '#shared/errors.ts'
import type { Command, Result } from './command.ts'
import type { Context, Format } from './context.ts'
import { complain, errorDocument, exitCode } from './errors.ts'
import { createOutput, type Output, OutputClosed } from './output.ts'
import { parseArguments, type Request, wantedFormat } from './program.ts'

export interface Host {
  client(): Client
  readonly copies: HomeCopies
  close(): Promise<void>
}

/** The parts of the process that a run uses. */
export interface World {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Context['stdin']
  readonly stdout: Parameters<typeof createOutput>[0]
  readonly stderr: Parameters<typeof createOutput>[1]
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal
  now(): Date
  createHost(): Promise<Host>
}

/** Never throws: each failure is printed and becomes an exit code. `argv` are the words after the program's name. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const format = wantedFormat(argv)
  let output = openOutput(world, { quiet: false, color: true })
  let code: number
  try {
    if (argv[0] === '__complete') return await writeCandidates(argv.slice(1), output, world)
    const request = await parseArguments(argv)
    if (request.kind === 'run') output = openOutput(world, request.global)
    code = await answer(request, format, output, world)
  } catch (error) {
    code = await fail(error, format, output, world)
  } finally {
    output.endProgress()
    await output.flush()
  }
  return code === 0 && output.lost ? failForLoss(output) : code
}

/** The command did its work, but its result could not be written completely. */
async function failForLoss(output: Output): Promise<number> {
  const { fileError } = await import('#core/files/files.ts')
  const error = fileError(output.lost, 'The result could not be written')
  complain(output, error)
  await output.flush()
  return exitCode(error)
}

function openOutput(world: World, { quiet, color }: { quiet: boolean; color: boolean }): Output {
  const dumb = world.env.TERM === 'dumb'
  const colour = color && !world.env.NO_COLOR && !dumb
  return createOutput(world.stdout, world.stderr, { quiet, colour, dumb, signal: world.signal })
}

async function answer(request: Request, format: Format, output: Output, world: World): Promise<number> {
  if (request.kind === 'run') return runCommand(request, output, world)
  const result =
    request.kind === 'version'
      ? { json: { version: VERSION }, text: VERSION }
      : { json: helpDocument(request.commands), text: request.text }
  await print(result, format, output)
  return 0
}

async function runCommand(
  { command, given, options, global }: Extract<Request, { kind: 'run' }>,
  output: Output,
  world: World
): Promise<number> {
  const host = lazyHost(world)
  const context: Context = {
    cwd: world.cwd,
    env: world.env,
    format: global.format,
    stdin: world.stdin,
    output,
    signal: world.signal,
    now: world.now,
    client: host.client,
    copies: host.copies
  }
  try {
    const result = await command.run(context, given, options)
    if (result) await print(result, global.format, output)
    return result === undefined && world.signal.aborted ? 130 : (result?.exitCode ?? 0)
  } finally {
    await host.close()
  }
}

/** A host that is created when its client is first needed. */
function lazyHost(world: World) {
  let opening: Promise<Host> | undefined
  return {
    async client() {
      opening ??= world.createHost()
      return (await opening).client()
    },
    async copies() {
      opening ??= world.createHost()
      return (await opening).copies
    },
    /** If the host could not be opened, the error was already reported. */
    async close() {
      await opening?.then(
        host => host.close(),
        () => undefined
      )
    }
  }
}

/** For completion in shells. Prints nothing if there are no candidates, because an error would disturb the typing. */
async function writeCandidates(words: readonly string[], output: Output, world: World): Promise<number> {
  const host = lazyHost(world)
  try {
    const { complete } = await import('./complete.ts')
    const candidates = await complete(words, host.client)
    await output.write(candidates.map(candidate => `${candidate}\n`).join(''))
    return 0
  } catch {
    return 1
  } finally {
    await host.close()
  }
}

async function print(result: Result, format: Format, output: Output): Promise<void> {
  output.endProgress()
  if (format === 'json') await output.write(`${JSON.stringify(result.json, null, 2)}\n`)
  else if (result.text !== '') await output.write(`${result.text}\n`)
}

async function fail(thrown: unknown, format: Format, output: Output, world: World): Promise<number> {
  if (thrown instanceof OutputClosed) return 0
  const interrupted = world.signal.aborted && (isCancelled(thrown) || !(thrown instanceof AppError))
  const error = interrupted ? new AppError('CANCELLED', 'Cancelled.') : thrown
  output.endProgress()
  if (format === 'json' && !output.begun) {
    await output.write(`${JSON.stringify(errorDocument(error), null, 2)}\n`).catch(() => undefined)
  }
  complain(output, error)
  if (world.env.Q8S_DEBUG && error instanceof Error && error.stack) output.complain(error.stack)
  return exitCode(error)
}

/** The commands of the help, as data. */
function helpDocument(commands: ReadonlyMap<string, Command>): unknown {
  return {
    commands: [...commands].map(([words, { summary, description, arguments: given, options, examples }]) => ({
      command: words,
      summary,
      description,
      arguments: given,
      options: options.map(({ flags, summary: does, choices, required, repeated }) => ({
        flags,
        summary: does,
        choices,
        required,
        repeated
      })),
      examples
    }))
  }
}
