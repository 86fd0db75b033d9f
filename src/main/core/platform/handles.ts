/** Open things (shells, files) by an ID that only their owner can use. */
import { randomUUID } from 'node:crypto'
import type { AppError } from '#shared/errors.ts'

interface Handles<Thing> {
  /** Opens one for this user. The error of `full` where as many are open as may be. */
  open<Opened extends Thing>(
    user: string,
    open: (forget: () => void) => Promise<Opened>
  ): Promise<{ readonly handle: string; readonly thing: Opened }>
  /** Undefined for one that is closed, or belongs to somebody else. */
  find(user: string, handle: string): Thing | undefined
  closeAll(): Promise<void>
}

/** At most `limit` at once, of all users. */
export function createHandles<Thing extends { close(): Promise<void> }>(
  limit: number,
  full: () => AppError
): Handles<Thing> {
  const open = new Map<string, { readonly owner: string; readonly thing: Thing }>()
  let opening = 0
  return {
    async open(user, begin) {
      if (open.size + opening >= limit) throw full()
      opening++
      try {
        const handle = randomUUID()
        const thing = await begin(() => open.delete(handle))
        open.set(handle, { owner: user, thing })
        return { handle, thing }
      } finally {
        opening--
      }
    },
    find(user, handle) {
      const found = open.get(handle)
      return found?.owner === user ? found.thing : undefined
    },
    async closeAll() {
      await Promise.all([...open.values()].map(({ thing }) => thing.close()))
    }
  }
}
