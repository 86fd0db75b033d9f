/** The user's settings: a small JSON file in the config folder, replaced as a whole at each change. */
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { Settings } from '#shared/system.ts'
import { DEFAULT_BUDGET } from '../bundle/files/budget.ts'
import { fileError, replaceFile } from '../files/files.ts'
import type { FileLocks } from '../ports.ts'

export interface SettingsStore {
  read(): Promise<Settings>
  save(change: { [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings>
}

/** The settings of a user who has set nothing; the system provides the user's name. */
export const DEFAULT_SETTINGS: Omit<Settings, 'user'> = {
  language: 'auto',
  engine: 'auto',
  docker: 'auto',
  profile: 'local',
  onQuit: 'ask',
  notify: false,
  tray: false,
  startHidden: false,
  updates: 'ask',
  updateChannel: 'stable',
  skippedUpdate: '',
  sizeBudget: DEFAULT_BUDGET,
  keys: {}
}

export function createSettings(configFolder: string, locks: FileLocks): SettingsStore {
  const file = join(configFolder, 'settings.json')

  async function read(): Promise<Settings> {
    const defaults: Settings = { ...DEFAULT_SETTINGS, user: userName() }
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return defaults
      throw fileError(error, t`The settings (${file}) could not be read`)
    }
    const parsed = Settings.partial().safeParse(parseJson(text))
    if (!parsed.success) {
      throw new AppError(
        'INVALID',
        t`The settings in ${file} are not valid.`,
        t`Fix the file, or delete it to start with the defaults.`
      )
    }
    return { ...defaults, ...withoutUndefined(parsed.data) }
  }

  return {
    read,
    save: change =>
      locks.hold(file, async () => {
        const next = { ...(await read()), ...withoutUndefined(change) }
        await replaceFile(file, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 })
        return next
      })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never
}

/** The operating system's name for the user; a container may run as an ID without a name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? process.env.USERNAME ?? 'me'
  }
}
