/** Apps that do not listen where they should can still be reached, and the log says so. */
import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { cleanUp, freePort, LAUNCHER, makeRun, PYTHON, until } from './support.ts'

afterEach(cleanUp)

const serve = (address: string, port: string, more = '') => `
import http.server, os, socket, sys, time
${more}
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        body = ('page ' + self.path).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 if ':' in '${address}' else socket.AF_INET
Server(('${address}', ${port}), Handler).serve_forever()
`

describe.skipIf(!PYTHON || process.platform === 'win32')('an app that listens', () => {
  it('on a port of its own is reached at the requested port', async () => {
    const own = await freePort()
    const run = await makeRun({ bundle: { 'run.py': serve('127.0.0.1', String(own)) } })
    run.start()
    await run.until('ready', 30_000)
    expect(await (await fetch(`http://127.0.0.1:${run.port}/a`)).text()).toBe('page /a')
    const large = 'x'.repeat(3_000_000)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`http://127.0.0.1:${run.port}/`, { method: 'POST', body: large })
      )
    )
    expect((await Promise.all(answers.map(answer => answer.text()))).every(text => text === large)).toBe(true)
    expect(run.text()).toContain(`"listens":"127.0.0.1:${own}"`)
  })

  it('on ::1 is reached at 127.0.0.1', async () => {
    const run = await makeRun({ bundle: { 'run.py': serve('::1', "int(os.environ['PORT'])") } })
    run.start()
    await run.until('ready', 30_000)
    expect(await (await fetch(`http://127.0.0.1:${run.port}/b`)).text()).toBe('page /b')
    expect(run.text()).toContain('requests are passed on')
  })

  it('where it should is reached directly', async () => {
    const run = await makeRun({ bundle: { 'run.py': serve('127.0.0.1', "int(os.environ['PORT'])") } })
    run.start()
    await run.until('ready', 30_000)
    expect(run.text()).not.toContain('passed on')
  })

  it('on another port first can listen on the requested port later', async () => {
    const [metrics] = [await freePort()]
    const first = `
import threading
class Metrics(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
threading.Thread(target=http.server.HTTPServer(('127.0.0.1', ${metrics}), Metrics).serve_forever, daemon=True).start()
while not os.path.exists(os.environ['GO']):
    time.sleep(0.05)
`
    const go = `${(await makeRun({ bundle: {} })).folder}/go`
    const run = await makeRun({
      bundle: { 'run.py': serve('127.0.0.1', "int(os.environ['PORT'])", first) },
      env: { GO: go }
    })
    run.start()
    await until('the log says what it listens on', () =>
      run.text().includes(`"listens":"127.0.0.1:${metrics}"`)
    )
    expect(run.state()?.phase).toBe('starting')
    execFileSync('touch', [go])
    await run.until('ready', 30_000)
    expect(await (await fetch(`http://127.0.0.1:${run.port}/c`)).text()).toBe('page /c')
  })
})

const PARSED = `
import json, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher import listening
netstat = """
Aktive Verbindungen
  Proto  Lokale Adresse         Remoteadresse          Status           PID
  TCP    127.0.0.1:7860         0.0.0.0:0              ABHÖREN          42
  TCP    [::]:80                [::]:0                 ABHÖREN          42
  TCP    127.0.0.1:1            127.0.0.1:7860         HERGESTELLT      42
  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN          7
"""
lsof = """COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME
Python  42 me    5u  IPv4 0x1      0t0  TCP *:8050 (LISTEN)
Python  42 me    6u  IPv6 0x1      0t0  TCP [::1]:8051 (LISTEN)
"""
print(json.dumps([listening.parse_netstat(netstat, [42]), listening.parse_lsof(lsof)]))
`

it.skipIf(!PYTHON)('the output of netstat and lsof is parsed', () => {
  const output = execFileSync(PYTHON ?? '', ['-B', '-c', PARSED, dirname(LAUNCHER)]).toString()
  expect(JSON.parse(output)).toEqual([
    [
      ['127.0.0.1', 7860],
      ['::', 80]
    ],
    [
      ['0.0.0.0', 8050],
      ['::1', 8051]
    ]
  ])
})
