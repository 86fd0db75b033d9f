/** The base of every procedure of the contract: adds the connection's profile and turns all errors into AppErrors. */
import { implement } from '@orpc/server'
import { contract } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { hostPathsIn } from '#shared/host-path.ts'
import { t } from '#shared/language.ts'
import type { Platform } from '#shared/platform.ts'
import { refusedInput } from '../platform/refused-input.ts'
import type { Profile, Profiles } from '../profiles.ts'

/** Throws FORBIDDEN for a path on this computer that a call may not name. */
type RequirePath = (path: string) => Promise<void>

/** One per connection: a client uses one profile's platform. */
export interface Connection {
  /** NOT_FOUND if the profile that the client named does not exist. */
  profile(): Profile
  /** The profile's platform, as the profile's user sees it. It is opened on first use. */
  platform(): Promise<Platform>
  /** Absent if a call may name every path. */
  readonly requirePath?: RequirePath | undefined
}

export function connectionOf(profiles: Profiles, name: string, requirePath?: RequirePath): Connection {
  return {
    profile: () => profiles.get(name),
    platform: () => profiles.platform(name),
    requirePath
  }
}

export const os = implement(contract)
  .$context<Connection>()
  .use(async ({ next, procedure, context }, input) => {
    try {
      for (const named of hostPathsIn(procedure['~orpc'].inputSchema, input)) {
        refuseNul(named)
        await context.requirePath?.(named)
      }
      return await next()
    } catch (error) {
      throw refusedInput(error)
    }
  })

/** No file system allows NUL in a name, and the error Node throws for it looks like a bug. */
function refuseNul(path: string): void {
  if (!path.includes('\0')) return
  throw new AppError('INVALID', t`The path ${path} has a NUL in it.`, t`Check the path.`)
}
