/** What leaves a host: log lines in their short form, and every error as a report the client turns into an AppError. */
import { ORPCError } from '@orpc/server'
import { AppError } from '#shared/errors.ts'
import { toWire, wireFormat } from '#shared/wire.ts'
import type { Limits } from './limits.ts'

/** Takes what is a bug. */
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
  // What is refused before the call itself: a profile that is not there, a platform that cannot be opened.
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
