/** What every procedure of the contract starts from: the connection's platform, and errors that are always AppErrors. */
import { implement, ORPCError } from '@orpc/server'
import { contract } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Platform, PlatformInfo } from '#shared/platform.ts'
import { pathsNamed } from './given-paths.ts'

/** One per connection: a client speaks to one profile's platform. */
export interface Connection {
  readonly profile: { readonly name: string; readonly kind: PlatformInfo['kind'] }
  /** Opened when first asked for. */
  platform(): Promise<Platform>
  /** FORBIDDEN for a path of this computer that a call may not name; absent where it may name every one. */
  readonly requirePath?: ((path: string) => Promise<void>) | undefined
}

export const os = implement(contract)
  .$context<Connection>()
  .use(async ({ next, path, context }, input) => {
    try {
      for (const named of pathsNamed(path, input)) {
        refuseNul(named)
        await context.requirePath?.(named)
      }
      return await next()
    } catch (error) {
      throw asAppError(error)
    }
  })

/** No file system has such a name, and Node's own error is that of a bug. */
function refuseNul(path: string): void {
  if (!path.includes('\0')) return
  throw new AppError('INVALID', t`The path ${path} has a NUL in it.`, t`Check the path.`)
}

interface Issue {
  readonly message: string
  readonly path?: readonly unknown[]
  readonly issues?: readonly Issue[]
}

/** Refused input is INVALID and names the field; everything else passes as it is. */
function asAppError(error: unknown): unknown {
  if (!(error instanceof ORPCError) || error.code !== 'BAD_REQUEST') return error
  const issues = (error.data as { issues?: Issue[] } | undefined)?.issues
  const words = (issues ?? []).map(({ path, ...issue }) => {
    // Of a key that is refused the issue within says why.
    const message = issue.issues?.[0]?.message ?? issue.message
    const field = (path ?? []).map(part => String((part as { key?: unknown })?.key ?? part)).join('.')
    return field ? `${field}: ${message}` : message
  })
  return new AppError(
    'INVALID',
    t`The request is not valid: ${words.join('; ') || error.message}.`,
    undefined,
    {
      cause: error
    }
  )
}
