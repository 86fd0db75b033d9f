/** What leaves a host: log lines in their short form, and every error as a report the client turns into an AppError. */
import { ORPCError } from '@orpc/server'
import { toWire, wireFormat } from '#shared/wire.ts'

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

/** Options for an RPC handler of any transport. */
export const wireOptions = (bug: Bug) => ({
  ...wireFormat,
  clientInterceptors: [
    async ({ next }: { next: () => Promise<unknown> }): Promise<unknown> => {
      try {
        const output = await next()
        return isEvents(output) ? wireErrors(output, bug) : output
      } catch (error) {
        throw wireError(error, bug)
      }
    }
  ]
})
