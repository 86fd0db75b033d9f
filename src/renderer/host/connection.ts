/** One lasting connection to the host, over wires that may break and are opened again. */
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { SignedOut } from '#shared/sign-in.ts'
import { pause, retryDelay } from './backoff.ts'
import { toAppError } from './errors.ts'

/** An open transport; `closed` resolves when it closes. */
export interface Wire {
  readonly link: ClientLink<ClientContext>
  readonly closed: Promise<void>
}

export interface ConnectionState {
  /**
   * `connecting`: not connected yet; `down`: lost, and retrying; `signed-out`: the host does not know this page, and
   * the connection is tried again only when `retryNow` is called.
   */
  readonly status: 'connecting' | 'up' | 'down' | 'signed-out'
  /** Failed attempts since it was last up. */
  readonly attempts: number
}

export interface Connection {
  readonly link: ClientLink<ClientContext>
  readonly state: StoreApi<ConnectionState>
  /** Ends the wait before the next attempt. */
  retryNow(): void
  /** Resolves once the connection is up, or the signal is aborted. */
  whenUp(signal: AbortSignal): Promise<void>
  close(): void
}

/** A call made while the connection is down waits this long for it to come back, in milliseconds. */
const PATIENCE_MS = 2_500

function signedOut(): AppError {
  return new AppError(
    'UNAUTHENTICATED',
    t`This page is not signed in to q8s.`,
    t`Run \`q8s-cli ui\` and open the address it prints. It works once.`
  )
}

/** After another failure, an earlier `signed-out` no longer counts: the host may have changed. */
function afterFailure(status: ConnectionState['status']): ConnectionState['status'] {
  return status === 'signed-out' ? 'down' : status
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Keeps a wire open for as long as the page lives. Calls in flight when one closes fail with UNAVAILABLE. */
export function createConnection(open: () => Promise<Wire>): Connection {
  const state = createStore<ConnectionState>(() => ({ status: 'connecting', attempts: 0 }))
  const end = new AbortController()
  let wire: Wire | undefined
  let waiting = new AbortController()

  async function keepOpen(): Promise<void> {
    while (!end.signal.aborted) {
      try {
        wire = await open()
        state.setState({ status: 'up', attempts: 0 })
        await wire.closed
        state.setState({ status: 'down' })
      } catch (error) {
        if (error instanceof SignedOut) state.setState({ status: 'signed-out' })
        else
          state.setState(({ status, attempts }) => ({ status: afterFailure(status), attempts: attempts + 1 }))
      }
      wire = undefined
      if (end.signal.aborted) return
      waiting = new AbortController()
      if (state.getState().status === 'signed-out') await aborted(waiting.signal)
      else await pause(retryDelay(state.getState().attempts), waiting.signal)
    }
  }

  function when(decided: (status: ConnectionState['status']) => boolean, signal: AbortSignal): Promise<void> {
    if (signal.aborted || decided(state.getState().status)) return Promise.resolve()
    return new Promise(resolve => {
      const finish = () => {
        unsubscribe()
        signal.removeEventListener('abort', finish)
        resolve()
      }
      const unsubscribe = state.subscribe(({ status }) => decided(status) && finish())
      signal.addEventListener('abort', finish)
    })
  }

  async function call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>) {
    const signals = options.signal ? [options.signal] : []
    if (state.getState().status === 'down') signals.push(AbortSignal.timeout(PATIENCE_MS))
    await when(status => status === 'up' || status === 'signed-out', AbortSignal.any(signals))
    if (wire === undefined) {
      if (options.signal?.aborted) throw new AppError('CANCELLED', t`Cancelled.`)
      if (state.getState().status === 'signed-out') throw signedOut()
      throw new AppError(
        'UNAVAILABLE',
        t`The host does not answer.`,
        t`Try again when the connection is back.`
      )
    }
    try {
      return await wire.link.call(path, input, options)
    } catch (error) {
      throw toAppError(error, options.signal)
    }
  }

  void keepOpen()
  return {
    link: { call },
    state,
    retryNow: () => waiting.abort(),
    whenUp: signal => when(status => status === 'up', signal),
    close() {
      end.abort()
      waiting.abort()
    }
  }
}
