/** The platform's nouns: the router of the profile's platform, as its adapter made it, called by the profile's user. */
import { implement, type Router } from '@orpc/server'
import { AppError, reportOf } from '#shared/errors.ts'
import { platformContract } from '#shared/platform.ts'
import type { ProfileSource } from '../profiles.ts'
import type { Connection } from './context.ts'

/** The router as a host mounts it. An AppError if the platform cannot be opened: no procedure is there yet to make it one. */
export async function routerForUser(
  open: ProfileSource['open']
): Promise<Router<typeof platformContract, Connection>> {
  try {
    const { platform, user } = await open()
    return implement(platformContract)
      .$context<Connection>()
      .use(({ next }) => next({ context: { user } }))
      .router(platform.router)
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code, message, hint } = reportOf(error)
    throw new AppError(code, message, hint, { cause: error })
  }
}
