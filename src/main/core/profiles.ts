/** Profiles: a user's platforms; each is opened by name when it is first needed. */
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Platform, PlatformInfo } from '#shared/platform.ts'
import type { OpenedPlatform } from './platform/opened.ts'

/** How a profile's platform is opened, and which user calls it. */
export interface ProfileSource {
  readonly kind: PlatformInfo['kind']
  open(): Promise<{ readonly platform: OpenedPlatform; readonly user: string }>
}

export interface Profile {
  readonly name: string
  readonly kind: PlatformInfo['kind']
}

export interface Profiles {
  list(): readonly Profile[]
  /** NOT_FOUND for a name that is not in the user's config. */
  get(name: string): Profile
  /**
   * Its platform, to be mounted, and the calling user. NOT_FOUND as for `get`; after a failure, the next call tries
   * again.
   */
  open(name: string): ReturnType<ProfileSource['open']>
  /** The profile's platform, as the profile's user sees it. */
  platform(name: string): Promise<Platform>
}

export function createProfiles(sources: ReadonlyMap<string, ProfileSource>): Profiles {
  function source(name: string): ProfileSource {
    const known = sources.get(name)
    if (known) return known
    throw new AppError(
      'NOT_FOUND',
      t`There is no profile ${name}.`,
      t`Profiles there are: ${[...sources.keys()].join(', ')}.`
    )
  }
  return {
    list: () => [...sources].map(([name, { kind }]) => ({ name, kind })),
    get: name => ({ name, kind: source(name).kind }),
    open: async name => source(name).open(),
    async platform(name) {
      const { platform, user } = await source(name).open()
      return platform.as(user)
    }
  }
}
