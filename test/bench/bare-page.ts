/**
 * A Chromium page that is measured without Playwright. While Playwright drives a page it receives an event for each
 * socket message, and that costs more than the page itself. So Playwright connects only when needed, and measurements
 * use the DevTools protocol directly.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Page } from '@playwright/test'
import WebSocket from 'ws'

export interface BarePage {
  /** Lets Playwright drive the page while the work runs; never during a measurement. */
  drive(work: (page: Page) => Promise<void>): Promise<void>
  /** Runs a function in the page; it may use nothing from outside itself. */
  evaluate<Result, Args extends readonly unknown[]>(
    work: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>
  /** Sends a DevTools protocol command and returns its result. */
  send(method: string, params?: object): Promise<Record<string, unknown>>
  close(): Promise<void>
}

const VIEWPORT = { width: 1280, height: 800 }

export async function openBarePage(program: string): Promise<BarePage> {
  const folder = mkdtempSync(join(tmpdir(), 'q8s-bare-'))
  const args = ['--headless', '--disable-gpu', '--no-sandbox', '--no-first-run', '--remote-debugging-port=0']
  const chromiumProcess = spawn(program, [...args, `--user-data-dir=${folder}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const ended = new Promise(resolve => chromiumProcess.once('exit', resolve))
  const endpoint = await endpointIn(chromiumProcess.stderr)
  const [target] = (await (await fetch(`http://${endpoint.host}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  if (!target) throw new Error('Chromium has no page.')
  const session = await openSession(target.webSocketDebuggerUrl)
  await session.send('Emulation.setDeviceMetricsOverride', {
    ...VIEWPORT,
    deviceScaleFactor: 1,
    mobile: false
  })

  return {
    send: session.send,
    async drive(work) {
      const browser = await chromium.connectOverCDP(endpoint.href)
      const [page] = browser.contexts().flatMap(context => context.pages())
      if (!page) throw new Error('Chromium has no page.')
      await work(page)
      // Closes only the connection.
      await browser.close()
    },
    async evaluate(work, ...args) {
      const expression = `(${work})(...${JSON.stringify(args)})`
      const answer = await session.send('Runtime.evaluate', {
        ...{ expression, awaitPromise: true, returnByValue: true }
      })
      const { result, exceptionDetails } = answer as { result: { value: never }; exceptionDetails?: object }
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
      return result.value
    },
    async close() {
      session.close()
      chromiumProcess.kill()
      await ended
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

async function endpointIn(output: NodeJS.ReadableStream): Promise<URL> {
  for await (const line of createInterface({ input: output })) {
    const found = /ws:\/\/\S+/.exec(line)
    if (found) {
      output.resume()
      return new URL(found[0])
    }
  }
  throw new Error('Chromium did not start.')
}

interface Answer {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

async function openSession(url: string) {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const waiting = new Map<number, (answer: Answer) => void>()
  socket.on('message', data => {
    const answer = JSON.parse(String(data)) as Answer
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  let last = 0
  return {
    async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
      const id = ++last
      const { result, error } = await new Promise<Answer>(resolve => {
        waiting.set(id, resolve)
        socket.send(JSON.stringify({ id, method, params }))
      })
      waiting.delete(id)
      if (!result) throw new Error(`${method}: ${error?.message}`)
      return result
    },
    close: () => socket.close()
  }
}
