/** What a host sends: log lines in their short form, and each error as a report that the client makes an AppError. */
import { ORPCError } from '@orpc/server'
import { AppError } from '#shared/errors.ts'
import { toWire, wireFormat } from '#shared/wire.ts'
import type { Limits } from './limits.ts'

/** Receives errors that are bugs. */
type Bug = (error: unknown) => void

function wireError(error: unknown, bug: Bug): ORPCError<string, unknown> {
  if (error instanceof ORPCError) return error
  const { code, message, data } = toWire(error)
  if (code === 'INTERNAL') bug(error)
  return new ORPCError(code, { message, data, cause: error })
}

async function* wireErrors(events: AsyncIterable<unknown>, bug: Bug): AsyncGenerator<unknown> {
  try {
    yield* events
  } catch (error) {
    throw wireError(error, bug)
  }
}

function isEvents(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

interface Call {
  readonly signal?: AbortSignal
  next(): Promise<unknown>
}

/** Options for the RPC handler of one client, on any transport. */
export const wireOptions = (bug: Bug, limits: Limits) => ({
  ...wireFormat,
  // Errors before the call itself: a profile that does not exist, a platform that cannot be opened.
  interceptors: [
    async ({ next }: Pick<Call, 'next'>): Promise<never> => {
      try {
        return (await next()) as never
      } catch (error) {
        throw error instanceof AppError ? wireError(error, bug) : error
      }
    }
  ],
  clientInterceptors: [
    async ({ next, signal }: Call): Promise<unknown> => {
      try {
        const output = await limits.call(next, signal)
        return isEvents(output) ? wireErrors(limits.watch(output), bug) : output
      } catch (error) {
        throw wireError(error, bug)
      }
    }
  ]
})
