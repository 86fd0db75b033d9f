/** `config setup`: sets your name on the local platform, and what runs your apps. */
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { Settings } from '#shared/system.ts'
import { ask, type Question } from '../ask.ts'
import { defineCommand } from '../command.ts'
import { type Context, canAsk } from '../context.ts'
import { parseBytes, parseDockerAddress, parseUser } from '../values.ts'
import { settingsRecord } from './show.ts'

type Engine = Settings['engine']
const CONTEXT = 'context:'
const ENGINES = ['auto', 'docker', 'process'] as const

export const configSetup = defineCommand<{
  user?: string
  engine?: Engine
  docker?: string
  sizeBudget?: number
  platform?: string
}>({
  summary: 'Set who you are and what runs your apps',
  description:
    'Set who you are on the platform and what runs your apps. Without options it asks, on a terminal.\n\n' +
    'This version knows one platform: the local one inside q8s, which needs no sign-in and no network.',
  arguments: [],
  options: [
    { flags: '--user <name>', summary: 'name you go by on the local platform', parse: parseUser },
    {
      flags: '--engine <engine>',
      summary: 'what runs your apps; auto is Docker when it answers, else a process',
      choices: ENGINES
    },
    {
      flags: '--docker <address>',
      summary:
        'which Docker: auto, context:NAME, or unix://, npipe:// or tcp://localhost; config docker lists them',
      parse: parseDockerAddress
    },
    {
      flags: '--size-budget <size>',
      summary: 'what the files of a bundle may have before you are warned, such as 100Mi; 0 for any size',
      parse: parseBytes
    },
    { flags: '--platform <platform>', summary: 'only "local" in this version' }
  ],
  examples: [
    { line: 'q8s-cli config setup', does: 'Be asked' },
    { line: 'q8s-cli config setup --user ada --engine process', does: 'Set both without questions' },
    { line: 'q8s-cli config setup --docker context:colima', does: 'Run apps in the Docker of that context' }
  ],
  async run(context, _given, { user, engine, docker, sizeBudget, platform = 'local' }) {
    if (platform !== 'local') {
      throw new AppError(
        'UNSUPPORTED',
        `This version of q8s cannot connect to "${platform}": it only knows the local platform inside it.`,
        'Leave --platform out, or use a version that knows team platforms.'
      )
    }
    const client = await context.client()
    if (docker?.startsWith(CONTEXT)) await requireContext(context, client, docker)
    const now = await client.system.settings(undefined, context)
    const given = {
      ...(user === undefined ? {} : { user }),
      ...(engine === undefined ? {} : { engine }),
      ...(docker === undefined ? {} : { docker }),
      ...(sizeBudget === undefined ? {} : { sizeBudget })
    }
    const asks = Object.keys(given).length === 0 && canAsk(context)
    const change = asks ? await askSettings(context, now) : given
    const settings = await client.system.saveSettings(change, context)
    return { json: settings, text: settingsRecord(settings) }
  }
})

/** Otherwise a missing context would fail only at the next run. */
async function requireContext(context: Context, client: Client, docker: string): Promise<void> {
  context.output.progress('Checking the Docker contexts')
  const found = await client.system.dockers(undefined, context)
  context.output.endProgress()
  if (found.some(({ address }) => address === docker)) return
  const names = found.map(({ address }) => address).filter(address => address.startsWith(CONTEXT))
  throw new AppError(
    'NOT_FOUND',
    `There is no Docker context "${docker.slice(CONTEXT.length)}".`,
    names.length === 0 ? 'See what there is: q8s-cli config docker' : `There are: ${names.join(', ')}`
  )
}

async function askSettings(context: Context, now: Settings): Promise<Pick<Settings, 'user' | 'engine'>> {
  const questions: Question[] = [
    { text: 'Your name on the local platform', fallback: now.user },
    {
      text: `What runs your apps (${ENGINES.join(', ')})`,
      fallback: now.engine,
      refuse: answer =>
        (ENGINES as readonly string[]).includes(answer) ? undefined : `Type one of ${ENGINES.join(', ')}.`
    }
  ]
  const [user = now.user, engine = now.engine] = await ask(context, questions)
  return { user, engine: engine as Engine }
}
