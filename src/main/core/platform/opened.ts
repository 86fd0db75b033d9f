/** An open platform: a router that every host mounts, and a client of it for each user. */
import type { Router } from '@orpc/server'
import type { Platform, platformContract } from '#shared/platform.ts'

/** The calling user. Every method of a platform receives this as its context. */
export interface Caller {
  readonly user: string
}

/** Needs only the caller, so in-process clients, desktop and service mount the same router. */
export type PlatformRouter = Router<typeof platformContract, Caller>

export interface OpenedPlatform {
  readonly router: PlatformRouter
  /** The platform as this user sees it. */
  as(user: string): Platform
}
