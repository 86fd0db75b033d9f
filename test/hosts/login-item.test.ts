/** Start at login: which program each system is set to start, and what it reports. */
import { expect, test } from 'vitest'
import { AT_LOGIN, type LoginApp, loginItem, wasAtLogin } from '#hosts/electron/login-item.ts'

/** A fake system that stores login items by path and arguments. */
function fakeSystem({ isPackaged = true, refuses = false, switchedOff = false } = {}) {
  const kept = new Set<string>()
  const keyOf = ({ path = '', args = [] as string[] }) => JSON.stringify([path, args])
  const app: LoginApp = {
    isPackaged,
    getAppPath: () => '/checkout',
    setLoginItemSettings({ openAtLogin, ...own }) {
      if (!openAtLogin) kept.delete(keyOf(own))
      else if (!refuses) kept.add(keyOf(own))
    },
    getLoginItemSettings(own = {}) {
      const openAtLogin = kept.has(keyOf(own))
      return {
        openAtLogin,
        executableWillLaunchAtLogin: openAtLogin && !switchedOff,
        wasOpenedAtLogin: openAtLogin,
        status: openAtLogin ? 'enabled' : 'not-registered',
        launchItems: []
      }
    }
  }
  return { app, kept: () => [...kept].map(key => JSON.parse(key)) }
}

const windows = { platform: 'win32' as const, execPath: 'C:\\Program Files\\q8s\\q8s Desktop.exe', env: {} }
const mac = { platform: 'darwin' as const, execPath: '/Applications/q8s Desktop.app/x', env: {} }

test('Windows gets the path in quotes, and the argument', async () => {
  const { app, kept } = fakeSystem()
  const item = loginItem(app, windows)
  expect(await item?.isOn()).toBe(false)
  await item?.turn(true)
  expect(kept()).toEqual([[`"${windows.execPath}"`, [AT_LOGIN]]])
  expect(await item?.isOn()).toBe(true)
  await item?.turn(false)
  expect(kept()).toEqual([])
})

test('a portable app is registered with the user’s file, not with the unpacked one', async () => {
  const { app, kept } = fakeSystem()
  await loginItem(app, { ...windows, env: { PORTABLE_EXECUTABLE_FILE: 'D:\\q8s.exe' } })?.turn(true)
  expect(kept()).toEqual([['"D:\\q8s.exe"', [AT_LOGIN]]])
})

test('an entry that was disabled in Windows is off, and turning it on says where to enable it', async () => {
  const { app } = fakeSystem({ switchedOff: true })
  const item = loginItem(app, windows)
  await expect(item?.turn(true)).rejects.toMatchObject({ code: 'UNAVAILABLE', hint: /Startup/ })
  expect(await item?.isOn()).toBe(false)
})

test('macOS starts the app itself, and the error says where to allow it', async () => {
  const { app, kept } = fakeSystem()
  await loginItem(app, mac)?.turn(true)
  expect(kept()).toEqual([['', []]])
  const refused = loginItem(fakeSystem({ refuses: true }).app, mac)
  await expect(refused?.turn(true)).rejects.toMatchObject({ code: 'UNAVAILABLE', hint: /Login Items/ })
})

test.each([windows, mac])(
  'a checkout is not offered on $platform: it would start a bare Electron',
  started => {
    expect(loginItem(fakeSystem({ isPackaged: false }).app, started)).toBeUndefined()
  }
)

test('a start at login is recognised by its argument, on macOS by the system', () => {
  const { app } = fakeSystem()
  expect(wasAtLogin(app, ['q8s', AT_LOGIN], 'linux')).toBe(true)
  expect(wasAtLogin(app, ['q8s'], 'linux')).toBe(false)
  expect(wasAtLogin(app, ['q8s'], 'darwin')).toBe(false)
  app.setLoginItemSettings({ openAtLogin: true })
  expect(wasAtLogin(app, ['q8s'], 'darwin')).toBe(true)
})
