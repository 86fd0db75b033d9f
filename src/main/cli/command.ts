/** A command as data: what help, docs and completion are made of, and the function that runs it. */
import { AppError } from '#shared/errors.ts'
import type { Context } from './context.ts'

/** What a shell offers while an argument or a value is typed. */
export type Completion = 'file' | 'folder' | 'app' | 'instance' | 'secret'

export interface Argument {
  readonly name: string
  readonly summary: string
  readonly optional?: boolean
  /** Takes all that is left; only for the last one. */
  readonly variadic?: boolean
  readonly choices?: readonly string[]
  readonly completion?: Completion
}

export interface Option {
  /** `-v, --visibility <visibility>`; without `<…>` it is a switch. */
  readonly flags: string
  readonly summary: string
  /** Turns the text into a value; throws a UsageError for one it does not take. */
  readonly parse?: (text: string) => unknown
  readonly choices?: readonly string[]
  readonly required?: boolean
  /** May be given several times; the values come as an array. */
  readonly repeated?: boolean
  readonly completion?: Completion
}

export interface Example {
  readonly line: string
  readonly does: string
}

/** What a command has to say, in both formats; the caller prints the one that was asked for. */
export interface Result {
  /** The one JSON document. */
  readonly json: unknown
  /** Lines for people, without the last newline; empty where there is nothing to say. */
  readonly text: string
  /** For a command that did its work and found something amiss; 0 where absent. */
  readonly exitCode?: number
}

export interface Command {
  readonly summary: string
  /** More than the summary, in short paragraphs. */
  readonly description?: string
  readonly arguments: readonly Argument[]
  readonly options: readonly Option[]
  readonly examples: readonly Example[]
  /** Returns what to print, or nothing where it has written its output itself, piece by piece. */
  run(
    context: Context,
    given: readonly string[],
    options: Readonly<Record<string, unknown>>
  ): Promise<Result | undefined>
}

/** Declares a command; `Options` names the values its options parse to, by their long name in camel case. */
export function defineCommand<Options extends object = Record<never, never>>(
  command: Omit<Command, 'run'> & {
    run(context: Context, given: readonly string[], options: Readonly<Options>): Promise<Result | undefined>
  }
): Command {
  return command as unknown as Command
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends AppError {
  constructor(message: string, hint?: string) {
    super('INVALID', message, hint)
  }
}
