/** Start at login: with a file on Linux, with the system's own list on Windows and a Mac. */
import type { App } from 'electron'
import { xdgAutostart } from '#adapters/xdg-autostart.ts'
import type { LoginItem } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** The argument that marks a start at login; a Mac reports it differently. */
export const AT_LOGIN = '--at-login'

export type LoginApp = Pick<
  App,
  'isPackaged' | 'getAppPath' | 'getLoginItemSettings' | 'setLoginItemSettings'
>

interface Started {
  readonly platform: NodeJS.Platform
  readonly execPath: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Undefined if the system could only start a bare Electron. */
export function loginItem(app: LoginApp, started: Started = process): LoginItem | undefined {
  const { platform, execPath, env } = started
  if (platform === 'win32' || platform === 'darwin')
    return app.isPackaged ? systemItem(app, started) : undefined
  // An AppImage is unpacked to a different folder at each start.
  const program = app.isPackaged ? [env.APPIMAGE ?? execPath] : [execPath, app.getAppPath()]
  return xdgAutostart([...program, AT_LOGIN], env)
}

function systemItem(app: LoginApp, { platform, execPath, env }: Started): LoginItem {
  // Windows parses the path as a command line: without quotes it ends at the first space. A portable app also moves.
  const own =
    platform === 'win32' ? { path: `"${env.PORTABLE_EXECUTABLE_FILE ?? execPath}"`, args: [AT_LOGIN] } : {}
  const isOn = () => {
    const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(own)
    // Windows keeps an entry that the user has disabled in its settings.
    return openAtLogin && (platform !== 'win32' || executableWillLaunchAtLogin)
  }
  return {
    isOn: async () => isOn(),
    async turn(on) {
      app.setLoginItemSettings({ ...own, openAtLogin: on })
      if (on && !isOn()) {
        throw new AppError(
          'UNAVAILABLE',
          t`The system does not start q8s Desktop at login.`,
          platform === 'win32'
            ? t`Switch it on in the Settings of Windows, under Apps > Startup.`
            : t`Allow it in System Settings, under General > Login Items.`
        )
      }
    }
  }
}

/** Whether the system started the app at login. */
export function wasAtLogin(
  app: Pick<App, 'getLoginItemSettings'>,
  words: readonly string[],
  platform = process.platform
): boolean {
  return words.includes(AT_LOGIN) || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin)
}
