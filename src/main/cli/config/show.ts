/** `config show`: shows the settings, where they are stored, and the parts of this computer q8s can use. */
import { homeFolders } from '#core/host/folders.ts'
import type { Check, Settings } from '#shared/system.ts'
import { defineCommand } from '../command.ts'
import { quantity, record } from '../format.ts'

export const configShow = defineCommand({
  summary: 'Show the settings, where they are kept, and what works on this computer',
  arguments: [],
  options: [],
  examples: [
    { line: 'q8s-cli config show', does: 'Settings, folders, and the state of engines and keychain' }
  ],
  async run(context) {
    const client = await context.client()
    const [settings, checks] = await Promise.all([
      client.system.settings(undefined, context),
      client.system.checks(undefined, context)
    ])
    const folders = homeFolders(context.env)
    const places = record([
      ['Config', folders.config],
      ['State', folders.state],
      ['Cache', folders.cache]
    ])
    const text = [settingsRecord(settings), places, record(checks.map(checkField))].join('\n\n')
    return { json: { settings, folders, checks }, text }
  }
})

export function settingsRecord(settings: Settings): string {
  return record([
    ['User', settings.user],
    ['Engine', settings.engine],
    ['Docker', settings.docker],
    ['Platform', settings.profile],
    ['Size budget', settings.sizeBudget === 0 ? 'none' : quantity(settings.sizeBudget)]
  ])
}

function checkField({ title, state, message, hint }: Check): readonly [string, string] {
  return [title, [`${state}: ${message}`, ...(hint ? [hint] : [])].join('\n')]
}
