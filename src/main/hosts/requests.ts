/** What a client's message must look like before it is parsed as a request; other messages are dropped. */
import type { Context } from '@orpc/server'
import type { RPCHandler } from '@orpc/server/ws'
import { MAX_CHUNK } from '#shared/bundle.ts'

/** Largest message in bytes: a chunk of an upload with its envelope. */
export const MAX_MESSAGE = 2 * MAX_CHUNK

/** Ends the JSON of a binary message; UTF-8 text never contains this byte. */
const DELIMITER = 255
/** A request, and the end of one. Clients may not stream to the host: their data would queue up unread. */
const MESSAGE_TYPES: readonly unknown[] = [undefined, 1, 4]
const METHODS: readonly unknown[] = [undefined, 'POST']

/** Text, or JSON followed by a file, in the form that a client of the contract sends. Never throws. */
export function isRequest(message: unknown): message is string | ArrayBuffer | Uint8Array {
  const text = jsonOf(message)
  if (text === undefined) return false
  try {
    return hasShape(JSON.parse(text))
  } catch {
    return false
  }
}

function jsonOf(message: unknown): string | undefined {
  if (typeof message === 'string') return message.length <= MAX_MESSAGE ? message : undefined
  if (!(message instanceof ArrayBuffer || message instanceof Uint8Array)) return undefined
  if (message.byteLength > MAX_MESSAGE) return undefined
  const bytes = message instanceof Uint8Array ? message : new Uint8Array(message)
  const end = bytes.indexOf(DELIMITER)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

function hasShape(message: unknown): boolean {
  if (!isRecord(message) || typeof message.i !== 'string' || message.i.length > 100) return false
  if (!MESSAGE_TYPES.includes(message.t)) return false
  if (message.t === 4) return true
  return isRecord(message.p) && isCall(message.p)
}

function isCall({ u: path, m: method, h: headers = {} }: Record<string, unknown>): boolean {
  if (typeof path !== 'string' || !/^\/[\w/]{1,200}$/.test(path) || !METHODS.includes(method)) return false
  return isRecord(headers) && Object.values(headers).every(value => typeof value === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A transport: a way to send, and the messages that arrive. */
export interface Channel {
  /** If it returns a promise, that resolves when the client has the data; without one, the data counts as delivered. */
  send(data: unknown): void | Promise<void>
  onMessage(listen: (message: unknown) => void): void
  onClose(listen: () => void): void
}

type HandledSocket = Parameters<RPCHandler<Context>['upgrade']>[0]

/** A channel as the RPC handler needs it, on which only requests arrive. */
export function requestsOf(channel: Channel): HandledSocket {
  const socket = {
    send: channel.send,
    addEventListener(name: string, listener: (event: { data?: unknown }) => void) {
      if (name === 'close') channel.onClose(() => listener({}))
      if (name === 'message') channel.onMessage(data => isRequest(data) && listener({ data }))
    }
  }
  // The handler uses only this part of a WebSocket.
  return socket as HandledSocket
}
