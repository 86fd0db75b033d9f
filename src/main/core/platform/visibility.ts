/** Who may see, and who may change, apps and instances on a platform. */
import type { Visibility } from '#shared/app.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

interface Owned {
  readonly owner: string
  readonly visibility: Visibility
}

/** Owners see their own; all users see what is shown to all. */
export function maySee({ owner, visibility }: Owned, user: string): boolean {
  return owner === user || visibility === 'ALL_USERS'
}

/** FORBIDDEN if it belongs to another user. */
export function requireOwned({ id, owner }: { readonly id: string; readonly owner: string }, user: string) {
  if (owner === user) return
  throw new AppError('FORBIDDEN', t`${id} belongs to ${owner}.`, t`Ask ${owner} to change it.`)
}
