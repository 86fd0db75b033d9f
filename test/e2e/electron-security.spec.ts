/** What an attacker's page in an Electron window can do: call the contract and nothing else. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hostileMessages } from '../hosts/hostile-messages.ts'
import { applicationOf, drop, expect, inMain, test } from './fixtures.ts'

test('every permission is denied', async ({ window }) => {
  const answers = await window.evaluate(async () => {
    const outcome = (work: () => Promise<unknown>) =>
      Promise.resolve()
        .then(work)
        .then(
          () => 'granted',
          (error: Error) => error.name
        )
    const states: Record<string, string> = {}
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'clipboard-read',
      'persistent-storage',
      'idle-detection',
      'display-capture',
      'local-fonts',
      'window-management'
    ]
    for (const name of names) {
      states[name] = await navigator.permissions.query({ name: name as PermissionName }).then(
        ({ state }) => state,
        () => 'denied'
      )
    }
    const media = navigator.mediaDevices
    return {
      states,
      camera: await outcome(() => media.getUserMedia({ video: true })),
      screen: await outcome(() => media.getDisplayMedia()),
      clipboard: await outcome(() => navigator.clipboard.readText()),
      notifications: await Notification.requestPermission(),
      place: await outcome(
        () => new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, () => no(new Error())))
      )
    }
  })
  expect(new Set(Object.values(answers.states))).toEqual(new Set(['denied']))
  expect(answers).toMatchObject({
    camera: expect.not.stringMatching('granted'),
    screen: expect.not.stringMatching('granted'),
    clipboard: 'NotAllowedError',
    notifications: 'denied',
    place: 'Error'
  })
})

test('the window has the Chromium sandbox, no Node, and a bridge of two calls', async ({ window }) => {
  const preferences = await inMain(window, ({ BrowserWindow }) => {
    const [first] = BrowserWindow.getAllWindows()
    const contents = first?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    return contents.getLastWebPreferences()
  })
  expect(preferences).toMatchObject({
    nodeIntegration: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    webviewTag: false
  })
  expect(preferences).not.toMatchObject({ nodeIntegrationInWorker: true })
  expect(preferences).not.toMatchObject({ nodeIntegrationInSubFrames: true })
  expect(preferences).not.toMatchObject({ allowRunningInsecureContent: true })
  expect(preferences).not.toMatchObject({ experimentalFeatures: true })
  const seen = await window.evaluate(() => ({
    address: location.href,
    bridge: Object.keys((globalThis as { q8s?: object }).q8s ?? {}).sort(),
    node: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
      name => name in globalThis
    ),
    webview: 'getWebContentsId' in document.createElement('webview' as 'p')
  }))
  expect(seen).toEqual({ address: 'app://q8s/', bridge: ['connect', 'pathOf'], node: [], webview: false })
})

test('the window cannot navigate or open others, and links go through one gate', async ({ window }) => {
  const application = applicationOf(window)
  await inMain(window, ({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = async address => void opened.push(address)
    shell.openPath = async path => String(opened.push(path))
  })
  const addresses = [
    'https://docs.example/a?b#c',
    'http://localhost:55555/app',
    'http://127.0.0.1:8080/',
    'http://evil.example/',
    'https://user:secret@evil.example/',
    'http://localhost.evil.example/',
    'https:evil.example\\@localhost',
    'file:///etc/passwd',
    'app://other/',
    'app://q8s.evil/',
    'q8s://open',
    'javascript:alert(1)',
    'data:text/html,x',
    'mailto:a@b.c',
    'ms-msdt:/id',
    'smb://evil.example/share',
    'vscode://x',
    'about:blank',
    ''
  ]
  await window.evaluate(all => {
    for (const address of all) globalThis.open(address, '_blank', 'noopener')
    for (const address of all.filter(one => !one.startsWith('javascript:') && one !== '')) {
      location.assign(address)
    }
    const link = document.createElement('a')
    link.href = 'https://evil.example/linked'
    document.body.append(link)
    link.click()
    link.remove()
  }, addresses)
  expect(await window.evaluate(() => location.href)).toBe('app://q8s/')
  expect(await window.evaluate(() => document.querySelector('nav')?.ariaLabel)).toBe('Pages')
  expect(await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  const opened = await application.evaluate(() => (globalThis as { opened?: string[] }).opened)
  expect(opened).toEqual([
    'https://docs.example/a?b#c',
    'http://localhost:55555/app',
    'http://127.0.0.1:8080/',
    'https://evil.example/@localhost'
  ])
})

test('only the page of the app, in a window of the app, gets a port', async ({ window }) => {
  const application = applicationOf(window)
  const preload = join(await inMain(window, ({ app }) => app.getAppPath()), 'out/preload/index.cjs')
  // The app's own page and preload, in a window that the app did not open.
  const [foreign] = await Promise.all([
    application.waitForEvent('window'),
    application.evaluate(({ BrowserWindow }, file) => {
      const other = new BrowserWindow({ show: false, webPreferences: { preload: file } })
      Object.assign(globalThis, { other })
      return other.loadURL('app://q8s/')
    }, preload)
  ])
  await foreign.evaluate(listenForPorts)
  await foreign.evaluate(askForPort)
  // Requests are answered in order: once the good window has its port, the other request was refused.
  await window.evaluate(listenForPorts)
  await window.evaluate(askForPort)
  await expect.poll(() => window.evaluate(portsGot)).toBeGreaterThan(0)
  expect(await foreign.evaluate(portsGot)).toBe(0)

  // A foreign page cannot even be loaded.
  for (const address of ['data:text/html,x', 'https://evil.example/', 'file:///etc/passwd']) {
    const loaded = await application.evaluate(
      (_electron, to) =>
        (globalThis as unknown as { other: { loadURL(url: string): Promise<void> } }).other.loadURL(to).then(
          () => 'loaded',
          (error: Error) => error.message
        ),
      address
    )
    expect(loaded).toContain('ERR_BLOCKED_BY_CLIENT')
  }
  await foreign.close()
})

type Counting = { portsGot?: number; q8s: { connect(profile: unknown): void } }
const portsGot = () => (globalThis as unknown as Counting).portsGot ?? 0
const askForPort = () => (globalThis as unknown as Counting).q8s.connect('local')
const listenForPorts = () => {
  const page = globalThis as unknown as Counting
  page.portsGot = 0
  addEventListener('message', event => {
    if (event.data?.type === 'q8s-port') page.portsGot = (page.portsGot ?? 0) + 1
  })
}

test('a page may name only paths that its user chose', async ({ home, window }) => {
  const folder = await home.sample('plain-web')
  const answerTo = (call: string) =>
    window.evaluate(
      ([procedure, path]) =>
        new Promise<string>(resolve => {
          const asked = new AbortController()
          const { signal } = asked
          const listen = ({ data, ports: [port] }: MessageEvent) => {
            if (data?.type !== 'q8s-port' || !port) return
            asked.abort()
            port.onmessage = answer => resolve(String(answer.data))
            port.postMessage(JSON.stringify({ i: '1', p: { u: procedure, b: { json: { path } } } }))
          }
          addEventListener('message', listen, { signal })
          ;(globalThis as unknown as Counting).q8s.connect('local')
        }),
      [call, folder] as const
    )
  for (const call of ['/projects/open', '/projects/files', '/projects/detect', '/publishing/look']) {
    expect(await answerTo(call)).toContain('FORBIDDEN')
  }
  await drop(window, folder)
  await expect(window.getByRole('banner')).toContainText('Plain Web')
  expect(await answerTo('/projects/files')).toContain('web.py')
})

test('a hundred thousand malicious messages have no effect', async ({ home, window }) => {
  const errors: string[] = []
  applicationOf(window).on('console', message => errors.push(message.text()))
  const state = async () => [
    await home.cli('app', 'list', '-a'),
    await home.cli('instance', 'list'),
    await home.cli('secret', 'list'),
    await readFile(join(home.folder, 'config/settings.json'), 'utf8').catch(() => 'none')
  ]
  const before = await state()
  const port = await window.evaluateHandle(
    () =>
      new Promise<MessagePort>(resolve => {
        addEventListener('message', ({ data, ports: [given] }) => {
          if (data?.type === 'q8s-port' && given) resolve(given)
        })
        ;(globalThis as unknown as Counting).q8s.connect('local')
      })
  )
  const PIECE = 10_000
  for (let piece = 0; piece < 5; piece += 1) {
    const messages = [...hostileMessages(piece, PIECE)].map(message =>
      typeof message === 'string' ? message : [...message]
    )
    await port.evaluate((to, all) => {
      for (const message of all)
        to.postMessage(typeof message === 'string' ? message : new Uint8Array(message))
    }, messages)
  }
  await port.evaluate((to, count) => {
    const cycle: Record<string, unknown> = { i: '1', p: { u: '/system/info' } }
    cycle.self = cycle
    const things: readonly unknown[] = [
      undefined,
      null,
      NaN,
      10n ** 40n,
      cycle,
      new Map([[cycle, new Set([1])]]),
      new Date(NaN),
      /x/g,
      new Error('x'),
      new ArrayBuffer(9),
      new Float64Array(3),
      new Blob(['x']),
      new File(['x'], '../x'),
      new ImageData(1, 1),
      { i: '1', p: { u: '/jobs/list', b: new ArrayBuffer(1) } },
      { i: {}, t: [], p: null },
      Array(50)
    ]
    for (let index = 0; index < count; index += 1) to.postMessage(things[index % things.length])
    const { q8s } = globalThis as unknown as Counting
    for (const profile of ['', '../x', 'x'.repeat(100_000), {}, null]) q8s.connect(profile)
  }, 5 * PIECE)

  // Messages are handled in order: this one is answered after all the others have started.
  const answer = await port.evaluate(
    to =>
      new Promise<string>(resolve => {
        to.addEventListener('message', ({ data }) => {
          if (typeof data === 'string' && data.includes('"last-of-all"')) resolve(data)
        })
        to.start()
        to.postMessage(JSON.stringify({ i: 'last-of-all', p: { u: '/system/info', b: {} } }))
      })
  )
  expect(answer).toContain('electron')
  await window.reload()
  await window.getByRole('navigation', { name: 'Pages' }).waitFor()
  expect(await state()).toEqual(before)
  expect(errors.filter(text => /unhandled|rejection|uncaught/i.test(text))).toEqual([])
})
