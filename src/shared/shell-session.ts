/** A shell over the contract: reads output at the terminal's pace, sends input in order, both in bounded pieces. */
import type { Client } from './contract.ts'
import type { ShellPage } from './shell.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Session {
  /** Sends typed text, after all text that was sent before. */
  type(text: string): void
  resize(size: Size): void
  /** Resolves with how the shell ended: undefined if it was closed by `close`. Rejects if it cannot continue. */
  readonly ended: Promise<ShellPage['end'] | undefined>
  close(): void
}

const WAIT_MS = 20_000
const PIECE = 32 * 1024

/** Opens a shell in an instance. It awaits `show`, so that a slow terminal slows the shell. */
export async function openSession(
  { platform: { shells } }: Client,
  instanceId: string,
  size: Size,
  show: (text: string) => Promise<void>
): Promise<Session> {
  const { shellId } = await shells.open({ id: instanceId, ...size })
  const stop = new AbortController()
  let unsent = ''
  let sending = false

  async function send() {
    if (sending) return
    sending = true
    try {
      while (unsent !== '' && !stop.signal.aborted) {
        const text = unsent.slice(0, PIECE)
        unsent = unsent.slice(PIECE)
        await shells.write({ shellId, text })
      }
    } catch {
      // The reader gets the same error and reports it.
    } finally {
      sending = false
    }
  }

  async function read(): Promise<ShellPage['end'] | undefined> {
    for (let from = 0; !stop.signal.aborted; ) {
      try {
        const page = await shells.read({ shellId, from, waitMs: WAIT_MS }, { signal: stop.signal })
        if (page.text !== '') await show(page.text)
        from = page.next
        if (page.end) return page.end
      } catch (error) {
        if (stop.signal.aborted) return undefined
        throw error
      }
    }
    return undefined
  }

  return {
    type(text) {
      unsent += text
      void send()
    },
    resize: next => void shells.resize({ shellId, ...next }).catch(() => undefined),
    ended: read(),
    close() {
      stop.abort()
      void shells.close({ shellId }).catch(() => undefined)
    }
  }
}
