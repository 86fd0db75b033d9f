/** `instance shell`: connects terminal and shell, and restores the terminal afterwards. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { Client } from '#shared/contract.ts'
import { cli, instance, type Part, sink } from './support.ts'

const SHELL_ID = '77777777-7777-4777-8777-777777777777'

/** A terminal of 100 x 30 that records what happened to it. */
function terminal() {
  const raw: boolean[] = []
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => void raw.push(on)
  })
  const stdout = Object.assign(sink(true), { columns: 100, rows: 30 })
  return { stdin, stdout, raw }
}

/** A shell that returns its input in capitals, and ends on `exit`. */
function echoing(calls: unknown[]): Part<Client> {
  let said = '$ '
  let ended = false
  let tell = () => {}
  return {
    platform: {
      instances: { list: async () => [instance()] },
      shells: {
        open: async (input: unknown) => {
          calls.push(input)
          return { shellId: SHELL_ID }
        },
        async read({ from }: { from: number }, { signal }: { signal: AbortSignal }) {
          if (from === said.length && !ended) {
            await new Promise<void>((resolve, reject) => {
              tell = resolve
              signal.addEventListener('abort', reject)
            })
          }
          return { text: said.slice(from), next: said.length, ...(ended ? { end: { exitCode: 3 } } : {}) }
        },
        async write({ text }: { text: string }) {
          said += text.toUpperCase()
          ended = text.includes('exit')
          tell()
        },
        resize: async (input: unknown) => void calls.push(input),
        close: async () => void calls.push('close')
      }
    }
  }
}

test('every key reaches the shell, its output comes back, and the terminal is restored', async () => {
  const { stdin, stdout, raw } = terminal()
  const calls: unknown[] = []
  const ending = cli('instance shell 222', { client: echoing(calls), world: { stdin, stdout } })
  await expect.poll(() => stdout.text()).toBe('$ ')
  expect(raw).toEqual([true])
  Object.assign(stdout, { columns: 0 })
  stdout.emit('resize')
  // Ctrl-C is sent like any other key.
  stdin.write('\x03ls é\r')
  await expect.poll(() => stdout.text()).toBe('$ \x03LS É\r')
  stdin.write('exit\r')
  expect(await ending).toMatchObject({ code: 0, stderr: 'The shell ended with exit code 3.\n' })
  expect(raw).toEqual([true, false])
  expect(calls).toEqual([
    { id: instance().id, columns: 100, rows: 30 },
    { shellId: SHELL_ID, columns: 80, rows: 30 },
    'close'
  ])
  expect(stdout.listenerCount('resize')).toBe(0)
})

test('a terminal that disconnects ends the shell', async () => {
  const { stdin, stdout, raw } = terminal()
  const calls: unknown[] = []
  const hangUp = new AbortController()
  const world = { stdin, stdout, signal: hangUp.signal }
  const ending = cli('instance shell 222', { client: echoing(calls), world })
  await expect.poll(() => stdout.text()).toBe('$ ')
  hangUp.abort()
  expect((await ending).code).toBe(130)
  expect(calls.at(-1)).toBe('close')
  expect(raw).toEqual([true, false])
})

test.each(['instance shell 222', 'instance shell 222 -o json'])(
  '%s without a terminal says so',
  async line => {
    const { code, stderr } = await cli(line, { client: echoing([]) })
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'q8s-cli: A shell needs a terminal to be shown in.\n  Run it in one, without -o json.\n'
    })
  }
)
