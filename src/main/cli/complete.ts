/** Finds what may come next on a command line, for completion in shells. */
import type { Client } from '#shared/contract.ts'
import { visibleLine } from '#shared/text.ts'
import type { Argument, Command, Completion, Option } from './command.ts'
import { COMMANDS, GROUPS, loadCommands } from './commands.ts'
import { GLOBAL_OPTIONS, wordsOf } from './program.ts'

/**
 * `words` are the words after the program's name. The last one is being typed; it is empty if it has not begun. A
 * candidate is `value<TAB>description`; `:file` and `:folder` ask the shell for paths.
 */
export async function complete(words: readonly string[], client: () => Promise<Client>): Promise<string[]> {
  // Bash splits `--format=json` at the equals sign.
  const typed = words.filter(word => word !== '=')
  const current = typed.at(-1) ?? ''
  const earlier = typed.slice(0, -1)
  const name = wordsOf(earlier)
  const command = name === undefined ? undefined : (await loadCommands(name)).get(name)
  const options = [...(command?.options ?? []), ...GLOBAL_OPTIONS]
  const pending = options.find(option => takesValue(option) && namesOf(option).includes(earlier.at(-1) ?? ''))
  const candidates = pending
    ? await valuesOf(pending, client)
    : current.startsWith('-')
      ? options.map(option => `${namesOf(option).at(-1)}\t${option.summary}`)
      : await operands(earlier, name, command, client)
  return candidates.filter(candidate => candidate.startsWith(':') || candidate.startsWith(current))
}

async function operands(
  earlier: readonly string[],
  name: string | undefined,
  command: Command | undefined,
  client: () => Promise<Client>
): Promise<string[]> {
  const given = operandsAfter(earlier, command)
  if (!command || name === undefined) return given.length === 0 ? nouns() : verbs(given[0] ?? '')
  const position = given.length - name.split(' ').length
  const argument = command.arguments[position] ?? command.arguments.find(each => each.variadic)
  const values = argument ? await valuesOf(argument, client) : []
  return position === 0 && !name.includes(' ') ? [...(await verbs(name)), ...values] : values
}

/** The words that are neither options nor values of options. */
function operandsAfter(earlier: readonly string[], command: Command | undefined): readonly string[] {
  const withValue = new Set(
    [...(command?.options ?? []), ...GLOBAL_OPTIONS].filter(takesValue).flatMap(namesOf)
  )
  return earlier.filter((word, index) => !word.startsWith('-') && !withValue.has(earlier[index - 1] ?? ''))
}

async function nouns(): Promise<string[]> {
  const single = Object.keys(COMMANDS).filter(words => !words.includes(' ') && !(words in GROUPS))
  const loaded = await Promise.all(
    single.map(async words => `${words}\t${(await COMMANDS[words]?.())?.summary ?? ''}`)
  )
  return [...Object.entries(GROUPS).map(([noun, summary]) => `${noun}\t${summary}`), ...loaded]
}

async function verbs(noun: string): Promise<string[]> {
  const commands = [...(await loadCommands(noun))].filter(([words]) => words.startsWith(`${noun} `))
  return commands.map(([words, { summary }]) => `${words.slice(noun.length + 1)}\t${summary}`)
}

function valuesOf(of: Option | Argument, client: () => Promise<Client>): Promise<string[]> | string[] {
  if (of.choices) return [...of.choices]
  return of.completion ? VALUES[of.completion](client) : []
}

const VALUES: Readonly<Record<Completion, (client: () => Promise<Client>) => Promise<string[]>>> = {
  file: async () => [':file'],
  folder: async () => [':folder'],
  app: async client => {
    const apps = await (await client()).platform.apps.list({ all: true })
    return apps.map(app => `${app.id}\t${visibleLine(`${app.title} ${app.version}`)}`)
  },
  instance: async client => {
    const instances = await (await client()).platform.instances.list({ all: true })
    return instances.map(
      ({ id, app, state }) => `${id}\t${visibleLine(`${app.title} ${app.version}, ${state}`)}`
    )
  },
  secret: async client => {
    const secrets = await (await client()).platform.secrets.list()
    return secrets.map(({ name, keys }) => `${name}\t${visibleLine(keys.join(', '))}`)
  }
}

function takesValue(option: Option): boolean {
  return option.flags.includes('<')
}

/** The names of an option: `-o, --format <format>` has `-o` and `--format`. */
function namesOf(option: Option): string[] {
  return option.flags
    .replace(/ <.*/, '')
    .split(/,\s*/)
    .map(name => name.trim())
}
