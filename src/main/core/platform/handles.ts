/** Gives open resources (shells, files) an ID that only their owner can use. */
import { randomUUID } from 'node:crypto'
import type { AppError } from '#shared/errors.ts'

interface Handles<Thing> {
  /** Opens a resource for this user. Throws the error of `full` if the limit is reached. */
  open<Opened extends Thing>(
    user: string,
    open: (forget: () => void) => Promise<Opened>
  ): Promise<{ readonly handle: string; readonly thing: Opened }>
  /** Undefined if it is closed or belongs to another user. */
  find(user: string, handle: string): Thing | undefined
  closeAll(): Promise<void>
}

/** Allows at most `limit` open resources at once, for all users together. */
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
