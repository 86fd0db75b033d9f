/** docs/cli.md matches the commands. To update: npx vitest run --project unit test/cli/docs.test.ts --update */
import { expect, test } from 'vitest'
import type { Argument, Command, Option } from '#main/cli/command.ts'
import { GROUPS, loadCommands } from '#main/cli/commands.ts'
import { EXIT_CODES } from '#main/cli/errors.ts'
import { GLOBAL_OPTIONS } from '#main/cli/program.ts'

const HEAD = `# q8s-cli

From a folder to a running, logged, published app, on the command line. This page is made from the table of
commands; \`q8s-cli <command> --help\` says the same.

## Every command

- **IDs** may be shortened to a prefix only one app or instance has. A miss says what comes near.
- **Output**: results go to stdout, all else (progress, notices, errors) to stderr.
- **\`-o json\`**: stdout is exactly one JSON document. Where a command fails it is \`{"error": {"code", "message",
  "hint", "data"}}\`, and the exit code tells; the words are on stderr too. A log is \`{"lines": [...], "dropped": n}\`,
  one line of text for each element, written as it comes and closed on Ctrl-C; one that broke off has an \`error\`.
- **\`-q\`**: no progress and no notices on stderr. Errors, and what a log lost, are still told.
- **Ctrl-C** ends a command in order: a job is cancelled and takes back what it made, \`exec\` removes its instance.
  A second one ends it at once. Another signal that ends it gives 128 and its number as the exit code.
- **\`Q8S_HOME\`** moves config, state and cache into one folder.`

function optionLine({ flags, summary, choices, required, repeated }: Option): string {
  const more = [
    ...(choices ? [`one of ${choices.join(', ')}`] : []),
    ...(required ? ['required'] : []),
    ...(repeated ? ['may be repeated'] : [])
  ]
  return `- \`${flags}\`: ${summary}${more.length > 0 ? ` (${more.join('; ')})` : ''}`
}

function usage(words: string, { arguments: given, options }: Command): string {
  const name = ({ name, optional, variadic }: Argument) => {
    const text = `${name}${variadic ? '...' : ''}`
    return optional ? `[${text}]` : `<${text}>`
  }
  return [`q8s-cli ${words}`, ...(options.length > 0 ? ['[options]'] : []), ...given.map(name)].join(' ')
}

function section(level: string, words: string, command: Command): string {
  const { arguments: given, options, examples, summary, description } = command
  const parts = [`${level} ${words}`, `\`${usage(words, command)}\``, description ?? summary]
  const lines = [
    ...given.map(({ name, summary, choices }) =>
      optionLine({ flags: name, summary, ...(choices ? { choices } : {}) })
    ),
    ...options.map(optionLine)
  ]
  if (lines.length > 0) parts.push(lines.join('\n'))
  parts.push(['```sh', ...examples.flatMap(({ line, does }) => [`# ${does}`, line]), '```'].join('\n'))
  return parts.join('\n\n')
}

test('docs/cli.md is up to date', async () => {
  const commands = [...(await loadCommands())]
  const global = GLOBAL_OPTIONS.map(optionLine).join('\n')
  const codes = EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`).join('\n')
  const chapters = commands.map(([words, command]) => {
    const noun = words.split(' ')[0] ?? ''
    const group = GROUPS[noun]
    if (group === undefined) return section('##', words, command)
    const first = commands.find(([other]) => other.split(' ')[0] === noun)?.[0] === words
    return `${first ? `## ${noun}\n\n${group}.\n\n` : ''}${section('###', words, command)}`
  })
  const page = [HEAD, global, `## Exit codes\n\n| code | meaning |\n| --- | --- |\n${codes}`, ...chapters]
  await expect(`${page.join('\n\n')}\n`).toMatchFileSnapshot('../../docs/cli.md')
})
