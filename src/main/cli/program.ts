/** The command line: makes a parser (commander) from the table, and finds the command for the arguments. */
import { Argument, CommanderError, Option, Command as Parser } from 'commander'
import { VERSION } from '#main/version.ts'
import { type Command, type Option as CommandOption, UsageError } from './command.ts'
import { COMMANDS, GROUPS, loadCommands } from './commands.ts'
import type { Format } from './context.ts'
import { EXIT_CODES } from './errors.ts'

export const PROGRAM = 'q8s-cli'

const HELP_WIDTH = 100

export const GLOBAL_OPTIONS: readonly CommandOption[] = [
  {
    flags: '-o, --format <format>',
    summary: 'what stdout gets: text, or one JSON document',
    choices: ['text', 'json']
  },
  { flags: '-q, --quiet', summary: 'no progress and no notices on stderr' },
  { flags: '--no-color', summary: 'no colour (as does NO_COLOR in the environment)' }
]

export interface GlobalOptions {
  readonly format: Format
  readonly quiet: boolean
  readonly color: boolean
}

/** The request in a command line. */
export type Request =
  | {
      readonly kind: 'run'
      readonly words: string
      readonly command: Command
      readonly given: readonly string[]
      readonly options: Readonly<Record<string, unknown>>
      readonly global: GlobalOptions
    }
  | { readonly kind: 'help'; readonly text: string; readonly commands: ReadonlyMap<string, Command> }
  | { readonly kind: 'version' }

/** The requested format. Found without parsing, so that errors of the command line use it too. */
export function wantedFormat(argv: readonly string[]): Format {
  const end = argv.indexOf('--')
  const text = ` ${argv.slice(0, end < 0 ? undefined : end).join(' ')} `
  return / (?:-q?o ?|--format[ =])json /.test(text) ? 'json' : 'text'
}

/** Parses the arguments after the program's name. Throws UsageError. */
export async function parseArguments(argv: readonly string[]): Promise<Request> {
  const words = wordsOf(argv)
  const wantsHelp = words === undefined || argv.some(word => word === '-h' || word === '--help')
  const commands = wantsHelp ? await loadCommands() : new Map([[words, await loadCommand(words)]])
  let request: Request | undefined
  let help = ''
  const parser = createParser(commands, {
    writeHelp: text => {
      help += text
    },
    chosen: next => {
      request = next
    }
  })
  try {
    await parser.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.version') return { kind: 'version' }
    if (help === '') throw usageError(error, words)
    // The parser shows its general help if it does not know the command that help was requested for.
    const [asked] = operandsOf(argv).filter(word => word !== 'help')
    if (asked !== undefined && helpPrefix(argv) === '') await loadCommand(asked)
    return { kind: 'help', text: help.trimEnd(), commands: commandsIn(commands, helpPrefix(argv)) }
  }
  if (!request) throw new UsageError('There is no such command.', `Try: ${PROGRAM} --help`)
  return request
}

async function loadCommand(words: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, words) ? COMMANDS[words] : undefined
  if (!load) throw new UsageError(`There is no command "${words}".`, `Try: ${PROGRAM} --help`)
  return load()
}

/** The words of the command that a line begins with, without options; undefined if it names no command. */
export function wordsOf(argv: readonly string[]): string | undefined {
  const [noun = '', verb = ''] = operandsOf(argv)
  if (Object.hasOwn(COMMANDS, `${noun} ${verb}`)) return `${noun} ${verb}`
  return Object.hasOwn(COMMANDS, noun) ? noun : undefined
}

function operandsOf(argv: readonly string[]): string[] {
  return argv.filter(
    (word, index) => !word.startsWith('-') && !/^(?:-q?o|--format)$/.test(argv[index - 1] ?? '')
  )
}

function helpPrefix(argv: readonly string[]): string {
  const words = operandsOf(argv).filter(word => word !== 'help')
  return wordsOf(words) ?? (words[0] !== undefined && Object.hasOwn(GROUPS, words[0]) ? words[0] : '')
}

function commandsIn(commands: ReadonlyMap<string, Command>, prefix: string) {
  return new Map(
    [...commands].filter(([words]) => prefix === '' || words === prefix || words.startsWith(`${prefix} `))
  )
}

interface ParserEvents {
  writeHelp(text: string): void
  chosen(request: Request): void
}

/** Builds the parser for these commands; it throws errors and does not end the process. */
export function createParser(commands: ReadonlyMap<string, Command>, events: ParserEvents): Parser {
  const root = new Parser(PROGRAM)
  const inherit = (parser: Parser) =>
    parser
      .exitOverride()
      .configureOutput({
        writeOut: events.writeHelp,
        writeErr: events.writeHelp,
        outputError: () => {},
        getOutHelpWidth: () => HELP_WIDTH,
        getErrHelpWidth: () => HELP_WIDTH
      })
      .configureHelp({ showGlobalOptions: true })
      .helpOption('-h, --help', 'show help')
  inherit(root)
    .description('From a folder to a running, logged, published app.')
    .usage('<command> [options]')
    .version(VERSION, '-V, --version', 'show the version')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', ROOT_HELP)
  for (const option of GLOBAL_OPTIONS) root.addOption(parserOption(option))
  for (const [words, command] of commands) {
    const [noun = '', verb] = words.split(' ')
    const group = root.commands.find(each => each.name() === noun)
    const parent =
      verb === undefined ? root : (group ?? inherit(root.command(noun)).description(GROUPS[noun] ?? ''))
    addCommand(inherit(parent.command(verb ?? noun)), words, command, root, events)
  }
  return root
}

function addCommand(parser: Parser, words: string, command: Command, root: Parser, events: ParserEvents) {
  parser.summary(command.summary).description(command.description ?? command.summary)
  for (const { name, summary, optional, variadic, choices } of command.arguments) {
    const text = `${name}${variadic ? '...' : ''}`
    const argument = new Argument(optional ? `[${text}]` : `<${text}>`, summary)
    parser.addArgument(choices ? argument.choices([...choices]) : argument)
  }
  for (const option of command.options) parser.addOption(parserOption(option))
  parser.addHelpText('after', examplesText(command))
  parser.action(() => {
    const { format = 'text', quiet = false, color = true } = root.opts()
    events.chosen({
      kind: 'run',
      words,
      command,
      given: parser.args,
      options: parser.opts(),
      global: { format, quiet, color }
    })
  })
}

function parserOption({ flags, summary, choices, parse, required, repeated }: CommandOption): Option {
  const option = new Option(flags, summary)
  if (choices) option.choices([...choices])
  if (parse) option.argParser((text: string, earlier: unknown) => collect(parse(text), earlier, repeated))
  else if (repeated) option.argParser((text: string, earlier: unknown) => collect(text, earlier, repeated))
  return option.makeOptionMandatory(required === true)
}

function collect(value: unknown, earlier: unknown, repeated: boolean | undefined): unknown {
  if (!repeated) return value
  return Array.isArray(earlier) ? [...earlier, value] : [value]
}

function examplesText(command: Command): string {
  const lines = command.examples.map(({ line, does }) => `  $ ${line}\n      ${does}`)
  return `\nExamples:\n${lines.join('\n')}`
}

const ROOT_HELP = `
Examples:
  $ q8s-cli init my-app --sample
      Make a new app from the sample
  $ q8s-cli exec
      Run the project in this folder on this computer, as the platform would
  $ q8s-cli bundle deploy --wait
      Publish it under a version of its own and start it
  $ q8s-cli app list -a -o json
      All apps, as one JSON document

IDs may be shortened to a prefix only one app or instance has.
With -o json stdout is exactly one JSON document, also when the command fails: {"error": …}.

Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${String(code).padEnd(3)} ${meaning}`).join('\n')}`

function usageError(error: CommanderError, words: string | undefined): UsageError {
  const message = error.message.replace(/^error: /, '').replace(/\n\(?(Did you mean .*?)\)?$/, '. $1')
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/([^.?!])$/, '$1.')
  const outputHint =
    words === 'bundle' && message.includes('--format')
      ? 'To name the file to write, use --output <file>. '
      : ''
  return new UsageError(sentence, `${outputHint}Try: ${PROGRAM} ${words ? `${words} ` : ''}--help`)
}
