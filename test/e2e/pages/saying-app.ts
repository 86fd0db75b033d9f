/** An app that prints lines on request, and its log in the window. */
import type { Locator, Page } from '@playwright/test'
import { expect, type Home } from '../fixtures.ts'
import { Workbench } from './workbench.ts'

/**
 * Prints a line on request: `/say/TEXT/TIMES/FIRST`, where `{n}` in TEXT is the line's number. Or prints bytes as sent.
 */
const SAYING = `import http.server, os, urllib.parse
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, verb, text, times, first = self.path.split('/')
        text = urllib.parse.unquote(text)
        for n in range(int(first), int(first) + int(times)):
            print(text.replace('{n}', str(n)), flush=(n % 1000 == 0))
        print(end='', flush=True)
        self.send_response(200)
        self.end_headers()
    def do_POST(self):
        os.write(1, self.rfile.read(int(self.headers['Content-Length'])))
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer((os.environ.get('HOST', '127.0.0.1'), int(os.environ['PORT'])), Handler).serve_forever()
`

export interface Running {
  readonly id: string
  readonly url: string
  say(text: string, times?: number, first?: number): Promise<void>
  write(bytes: Uint8Array): Promise<void>
}

/** Instances of an app that prints on request; at least one, so that no test has to check for it. */
export async function run(home: Home, count: number): Promise<[Running, ...Running[]]> {
  const folder = await home.plainApp(SAYING)
  const { id: app } = (await home.cli('bundle', 'import', folder)) as { id: string }
  const started: [Running, ...Running[]] = [await start(home, app)]
  while (started.length < count) started.push(await start(home, app))
  return started
}

async function start(home: Home, app: string): Promise<Running> {
  const { id, url } = (await home.cli('app', 'run', app)) as { id: string; url: string }
  const ask = (path: string, options: RequestInit = {}) =>
    expect(async () => {
      const response = await fetch(new URL(path, url), options)
      expect(response.ok).toBe(true)
    }).toPass({ timeout: 60_000 })
  return {
    id,
    url,
    say: (text, times = 1, first = 0) => ask(`/say/${encodeURIComponent(text)}/${times}/${first}`),
    write: bytes => ask('/', { method: 'POST', body: Buffer.from(bytes) })
  }
}

/** Shows the log of an instance and returns its pane. */
export async function showLog(window: Page, id: string): Promise<Locator> {
  const workbench = new Workbench(window)
  await workbench.go('Instances')
  await workbench.row(new RegExp(id.slice(0, 8))).click({ position: { x: 60, y: 12 } })
  await window.keyboard.press('Enter')
  return workbench.log('Plain Web').first()
}

/** The same, once the app is ready. */
export async function openLog(window: Page, id: string): Promise<Locator> {
  const log = await showLog(window, id)
  await expect(log).toContainText('app is ready', { timeout: 60_000 })
  return log
}

/**
 * The numbers N of the visible `line N`, in order. Read in one call, because rows reuse their elements while the log
 * moves.
 */
export function lineNumbers(log: Locator): Promise<number[]> {
  return log.evaluate(pane => {
    const rows = [...pane.querySelectorAll('[data-row]')].map(row => row.textContent)
    return [...rows.join('\n').matchAll(/line (\d+)/g)].map(match => Number(match[1]))
  })
}

/** Expects the numbered lines on screen to end with this one, with none lost or doubled. */
export async function expectLinesTo(log: Locator, last: number) {
  await expect(log).toContainText(`line ${last}`)
  const numbers = await lineNumbers(log)
  expect(numbers.length).toBeGreaterThan(1)
  expect(numbers).toEqual(numbers.map((_, index) => last - numbers.length + 1 + index))
}
