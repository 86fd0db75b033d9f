/** A platform as it is once it is open: a router that every host mounts, and the same as each user sees it. */
import type { Router } from '@orpc/server'
import type { Platform, platformContract } from '#shared/platform.ts'

/** Who calls. Every method of a platform gets this as its context. */
export interface Caller {
  readonly user: string
}

/** Needs nothing but the caller: in-process clients, desktop and service mount the same one. */
export type PlatformRouter = Router<typeof platformContract, Caller>

export interface OpenedPlatform {
  readonly router: PlatformRouter
  /** The platform as this user sees it. */
  as(user: string): Platform
}
