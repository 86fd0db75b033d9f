/** The launcher from start to end with apps that need no packages: phases, reasons, signals, locks. */
import { once } from 'node:events'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  cleanUp,
  end,
  exited,
  makeRun,
  OTHER_PYTHONS,
  PYTHON,
  processExists,
  type Run,
  until
} from './support.ts'
import { zipOf } from './zip.ts'

const SERVE = `
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = os.environ.get('GREETING', 'hello').encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

print('serving', os.getpid(), flush=True)
HTTPServer((os.environ['HOST'], int(os.environ['PORT'])), Handler).serve_forever()
`
/** The app's process. Its output may arrive a moment after the app was found to listen. */
const appOf = async (run: Run) =>
  Number(await until('the app says who it is', () => /serving (\d+)/.exec(run.text())?.[1]))

const WAITS = 'import time\nprint("waiting")\nwhile True: time.sleep(1)\n'

afterEach(cleanUp)

describe.skipIf(!PYTHON)(`the launcher${PYTHON ? '' : ' (skipped: no Python 3.8 or newer)'}`, () => {
  it('takes an app that is not Wave to ready on its port, and ends it on request', async () => {
    const run = await makeRun({ bundle: { 'run.py': SERVE }, env: { GREETING: 'from the environment' } })
    const child = run.start()
    expect((await run.until('ready')).route).toBe('/')
    expect(await (await fetch(`http://127.0.0.1:${run.port}/`)).text()).toBe('from the environment')
    const pid = await appOf(run)
    expect(processExists(pid)).toBe(true)
    expect(await end(child)).toBe(0)
    expect(run.state()).toMatchObject({ phase: 'ended', exit: { code: 'stopped-by-user' } })
    expect(processExists(pid)).toBe(false)
  })

  it.each(OTHER_PYTHONS)('does that under Python $version, too', async ({ version, path }) => {
    const run = await makeRun({ bundle: { 'run.py': SERVE }, python: path })
    const child = run.start()
    await run.until('ready')
    expect(run.state()?.facts).toMatchObject({ python: expect.stringContaining(`${version}.`) })
    expect(await end(child)).toBe(0)
    expect(run.state()).toMatchObject({ exit: { code: 'stopped-by-user' } })
  })

  it('reports its steps in the lines of the guide', async () => {
    const run = await makeRun({ bundle: { 'run.py': SERVE } })
    run.start()
    await run.until('ready')
    const system = run.log().filter(line => line.stream === 'system' && line.text.startsWith('{'))
    const messages = system.map(line => JSON.parse(line.text))
    expect(messages[0]).toMatchObject({ level: 'info', py_module: 'run', message: 'configuration' })
    expect(messages[0].time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(run.state()?.facts).toEqual({
      module: messages[0].py_module,
      python: messages[0].python,
      appRoot: messages[0].app_root,
      launcher: messages[0].version,
      environment: expect.stringContaining(messages[0].venv_root)
    })
    expect(messages[1]).toMatchObject({ port: `:${run.port}`, message: 'starting launcher server' })
  })

  it('does not pass its own variables to the app', async () => {
    const show =
      'import os\nprint("seen:", [n for n in os.environ if n.startswith("Q8S")], os.environ["OTHER"])\n'
    const run = await makeRun({ bundle: { 'run.py': show }, env: { Q8S_SOMETHING: '1', OTHER: 'kept' } })
    run.start()
    await run.until('ended')
    expect(run.text()).toContain('seen: [] kept')
  })

  it('stops on the stop file, where there are no signals', async () => {
    const run = await makeRun({ bundle: { 'run.py': WAITS } })
    const child = run.start()
    await until('the app runs', () => run.text().includes('waiting'))
    writeFileSync(join(run.folder, 'stop'), '')
    expect(await exited(child)).toBe(0)
    expect(run.state()?.exit?.code).toBe('stopped-by-user')
  })

  it('kills an app that ignores the request to end, with all its child processes', async () => {
    const stubborn = `
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'], start_new_session=True)
print('pids', os.getpid(), child.pid, flush=True)
time.sleep(1000)
`
    const run = await makeRun({ bundle: { 'run.py': stubborn }, config: { graceSeconds: 1 } })
    const child = run.start()
    const pids = await until('the app runs', () => /pids (\d+) (\d+)/.exec(run.text()))
    expect(await end(child)).toBe(0)
    expect([pids[1], pids[2]].map(pid => processExists(Number(pid)))).toEqual([false, false])
  })

  it('ends when its run folder is removed', async () => {
    const run = await makeRun({ bundle: { 'run.py': WAITS } })
    const child = run.start()
    await until('the app runs', () => run.text().includes('waiting'))
    rmSync(run.folder, { recursive: true })
    await exited(child)
    expect(existsSync(run.folder)).toBe(false)
  })

  it('lets only one launcher use a run folder', async () => {
    const run = await makeRun({ bundle: { 'run.py': WAITS } })
    run.start()
    await until('the app runs', () => run.text().includes('waiting'))
    const state = run.state()
    const second = run.start()
    expect(await exited(second)).toBe(3)
    expect(run.text().match(/ started/g)).toHaveLength(1)
    expect(state?.phase).toBe('starting')
  })

  it('takes its children with it when it is killed, and starts again in the same folder', async () => {
    const run = await makeRun({ bundle: { 'run.py': SERVE } })
    const first = run.start()
    await run.until('ready')
    const pid = await appOf(run)
    await end(first, 'SIGKILL')
    await until('the app is gone too', () => !processExists(pid))
    run.start()
    await run.until('ready')
    expect(run.text().match(/Run of ai.h2o.q.test 1.0.0 started/g)).toHaveLength(2)
    expect(run.segments().length).toBe(2)
  })

  it('starts even if an app damaged the list of processes to end', async () => {
    for (const text of ['7', '[1]', '[["x", None]]', '['.repeat(5_000)]) {
      const run = await makeRun({ bundle: { 'run.py': SERVE } })
      writeFileSync(join(run.folder, 'children'), text)
      const child = run.start()
      await run.until('ready')
      expect(await end(child)).toBe(0)
    }
  })

  it('answers on the port with its own page until the app does, to GET and HEAD only', async () => {
    const bundle = zipOf({ 'run.py': SERVE })
    const source = createServer().listen(0, '127.0.0.1')
    const asked: Promise<[IncomingMessage, ServerResponse]> = once(source, 'request') as never
    onTestFinished(() => void source.close())
    await once(source, 'listening')
    const { port } = source.address() as AddressInfo
    const run = await makeRun({ bundle, config: { url: `http://127.0.0.1:${port}/app.qz` } })
    run.start()
    const [, download] = await asked

    const page = await fetch(`http://127.0.0.1:${run.port}/any/where`)
    expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
    expect(await page.text()).toContain('<title>Starting')
    const head = await fetch(`http://127.0.0.1:${run.port}/`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([503, ''])
    const post = await fetch(`http://127.0.0.1:${run.port}/`, { method: 'POST', body: 'x' })
    expect(post.status).toBe(405)
    const progress = await (await fetch(`http://127.0.0.1:${run.port}/.q8s/progress`)).json()
    expect(progress).toMatchObject({ launcher: 'q8s', phase: 'fetching', name: 'ai.h2o.q.test' })

    download.setHeader('content-length', bundle.length)
    download.end(bundle)
    await run.until('ready')
    expect(await (await fetch(`http://127.0.0.1:${run.port}/`)).text()).toBe('hello')
  })
})

describe.skipIf(!PYTHON)('how a run ends', () => {
  async function reasonOf(
    files: Record<string, string>,
    more: Omit<Parameters<typeof makeRun>[0], 'bundle'> = {}
  ) {
    const run = await makeRun({ bundle: files, ...more })
    const status = await exited(run.start())
    const state = run.state()
    expect(state?.phase).toBe('ended')
    return { run, status, exit: state?.exit }
  }

  it('an app that returns without serving', async () => {
    const { exit, status, run } = await reasonOf({ 'run.py': 'print("all done")\n' })
    expect(exit).toMatchObject({ code: 'exited-without-serving', exitCode: 0 })
    expect(exit?.message).toContain('nothing is serving')
    expect(status).toBe(1)
    expect(run.text()).toContain('all done')
  })

  it('an app that raises while it is imported', async () => {
    const { exit, run } = await reasonOf({
      'run.py': 'import os\nraise ValueError("no such thing: " + "ü")\n'
    })
    expect(exit).toMatchObject({ code: 'import-error', message: 'ValueError: no such thing: ü', exitCode: 1 })
    expect(run.text()).toContain('Traceback (most recent call last):')
  })

  it('an app that imports a module its requirements do not install', async () => {
    const { exit } = await reasonOf({ 'run.py': 'import numpy_of_another_world\n' })
    expect(exit).toMatchObject({
      code: 'import-error',
      message: "ModuleNotFoundError: No module named 'numpy_of_another_world'"
    })
    expect(exit?.hint).toContain('requirements.txt')
  })

  it('a module that is not in the bundle', async () => {
    const { exit } = await reasonOf({ 'other.py': '' })
    expect(exit).toMatchObject({ code: 'import-error', message: 'No module named run' })
  })

  it('a syntax error', async () => {
    const { exit } = await reasonOf({ 'run.py': 'def (:\n' })
    expect(exit).toMatchObject({ code: 'import-error', message: 'SyntaxError: invalid syntax' })
  })

  it('a wheel that is not in the bundle', async () => {
    const { exit } = await reasonOf({
      'run.py': SERVE,
      'requirements.txt': './wheels/mine-1.0-py3-none-any.whl\n'
    })
    expect(exit).toMatchObject({ code: 'install-failed' })
    expect(exit?.message).toContain('./wheels/mine-1.0-py3-none-any.whl')
  })

  it('an app that ends after it was ready', async () => {
    const run = await makeRun({ bundle: { 'run.py': SERVE } })
    run.start()
    await run.until('ready')
    process.kill(await appOf(run), 'SIGSEGV')
    expect((await run.until('ended')).exit).toMatchObject({ code: 'app-crashed', signal: 'SIGSEGV' })
  })

  it('an app above its memory limit, where the launcher watches', async () => {
    const hungry =
      'import time\nheld = []\nwhile True:\n    held.append(bytearray(b"x") * 20_000_000)\n    time.sleep(0.02)\n'
    const { exit } = await reasonOf(
      { 'run.py': hungry },
      { config: { memory: { limit: 200 << 20, watch: true } } }
    )
    expect(exit).toMatchObject({ code: 'out-of-memory', message: 'Out of memory at 200Mi.' })
  })

  it('a port that another program uses', async () => {
    const first = await makeRun({ bundle: { 'run.py': SERVE } })
    first.start()
    await first.until('ready')
    const { exit } = await reasonOf({ 'run.py': SERVE }, { config: { port: first.port } })
    expect(exit).toMatchObject({ code: 'start-failed' })
    expect(exit?.message).toContain(`Port ${first.port}`)
  })

  it('a bundle with the wrong hash', async () => {
    const { exit, run } = await reasonOf({ 'run.py': SERVE }, { config: { sha256: '0'.repeat(64) } })
    expect(exit?.code).toBe('bundle-invalid')
    expect(existsSync(run.appRoot) ? readdirSync(run.appRoot) : []).toEqual([])
  })
})
