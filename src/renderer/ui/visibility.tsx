/** Who can see a thing, in words. */
import type { Visibility } from '#shared/app.ts'

const WORDS = { PRIVATE: 'Private', ALL_USERS: 'All users' } as const satisfies Record<Visibility, string>

export function visibilityText(visibility: Visibility): string {
  return WORDS[visibility]
}
