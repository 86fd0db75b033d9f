/** The platform's nouns: the router that the profile's platform provides, called as the profile's user. */
import { implement, type Router } from '@orpc/server'
import { platformContract } from '#shared/platform.ts'
import type { ProfileSource } from '../profiles.ts'
import type { Connection } from './context.ts'

/** The router in the form a host mounts. */
export async function routerForUser(
  open: ProfileSource['open']
): Promise<Router<typeof platformContract, Connection>> {
  const { platform, user } = await open()
  return implement(platformContract)
    .$context<Connection>()
    .use(({ next }) => next({ context: { user } }))
    .router(platform.router)
}
