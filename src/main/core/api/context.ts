/** What every procedure of the contract starts from: the connection's platform, and errors that are always AppErrors. */
import { implement, ORPCError } from '@orpc/server'
import { contract } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { Platform, PlatformInfo } from '#shared/platform.ts'

/** One per connection: a client speaks to one profile's platform. */
export interface Connection {
  readonly profile: { readonly name: string; readonly kind: PlatformInfo['kind'] }
  /** Opened when first asked for. */
  platform(): Promise<Platform>
}

export const os = implement(contract)
  .$context<Connection>()
  .use(async ({ next }) => {
    try {
      return await next()
    } catch (error) {
      throw asAppError(error)
    }
  })

/** Refused input is INVALID and names the field; everything else passes as it is. */
function asAppError(error: unknown): unknown {
  if (!(error instanceof ORPCError) || error.code !== 'BAD_REQUEST') return error
  const issues = (error.data as { issues?: { message: string; path?: readonly unknown[] }[] } | undefined)
    ?.issues
  const words = (issues ?? []).map(({ message, path }) => {
    const field = (path ?? []).map(part => String((part as { key?: unknown })?.key ?? part)).join('.')
    return field ? `${field}: ${message}` : message
  })
  return new AppError(
    'INVALID',
    `The request is not valid: ${words.join('; ') || error.message}.`,
    undefined,
    {
      cause: error
    }
  )
}
