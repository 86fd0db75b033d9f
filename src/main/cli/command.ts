/** A command as data for help, documents and completion, and the function that runs it. */
import { AppError } from '#shared/errors.ts'
import type { Context } from './context.ts'

/** The kind of candidates a shell offers for an argument or a value. */
export type Completion = 'file' | 'folder' | 'app' | 'instance' | 'secret'

export interface Argument {
  readonly name: string
  readonly summary: string
  readonly optional?: boolean
  /** Takes all remaining arguments; only for the last one. */
  readonly variadic?: boolean
  readonly choices?: readonly string[]
  readonly completion?: Completion
}

export interface Option {
  /** `-v, --visibility <visibility>`; an option without `<…>` is a switch. */
  readonly flags: string
  readonly summary: string
  /** Converts the text to a value; throws a UsageError if the text is invalid. */
  readonly parse?: (text: string) => unknown
  readonly choices?: readonly string[]
  readonly required?: boolean
  /** May be given several times; the values are then an array. */
  readonly repeated?: boolean
  readonly completion?: Completion
}

export interface Example {
  readonly line: string
  readonly does: string
}

/** The result of a command in both formats; the caller prints the requested one. */
export interface Result {
  /** The JSON document. */
  readonly json: unknown
  /** Lines for people, without the last newline; empty if there is nothing to print. */
  readonly text: string
  /** For a command that did its work but found a problem; 0 if absent. */
  readonly exitCode?: number
}

export interface Command {
  readonly summary: string
  /** A longer text than the summary, in short paragraphs. */
  readonly description?: string
  readonly arguments: readonly Argument[]
  readonly options: readonly Option[]
  readonly examples: readonly Example[]
  /** Returns what to print, or nothing if it has already written its output piece by piece. */
  run(
    context: Context,
    given: readonly string[],
    options: Readonly<Record<string, unknown>>
  ): Promise<Result | undefined>
}

/** Declares a command; `Options` has the parsed values of its options, named by their long name in camel case. */
export function defineCommand<Options extends object = Record<never, never>>(
  command: Omit<Command, 'run'> & {
    run(context: Context, given: readonly string[], options: Readonly<Options>): Promise<Result | undefined>
  }
): Command {
  return command as unknown as Command
}

/** The command line is wrong: exit code 2. */
export class UsageError extends AppError {
  constructor(message: string, hint?: string) {
    super('INVALID', message, hint)
  }
}
