/** Labels for who can see an app or instance. */
import type { Visibility } from '#shared/app.ts'
import { t } from '#shared/language.ts'

const LABELS = { PRIVATE: t`Private`, ALL_USERS: t`All users` } as const satisfies Record<Visibility, string>

export function visibilityText(visibility: Visibility): string {
  return LABELS[visibility]
}
