/** Unsaved manifests: text and the revision it began from, kept over restarts and crashes. */

import { z } from 'zod'
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import { keptStorage } from './kept.ts'

export interface Draft {
  readonly text: string
  /** Revision of the file on disk the text began from. */
  readonly revision: string
}

interface Drafts {
  readonly byPath: Readonly<Record<string, Draft>>
}

/** Larger ones live only as long as the window: what is kept is sent whole at each change. */
const MAX_KEPT_CHARS = 500_000

const KeptDrafts = z.object({
  byPath: z.record(z.string(), z.object({ text: z.string(), revision: z.string() }))
})

const storage = keptStorage('drafts', () => void useDrafts.persist.rehydrate())

export const useDrafts = create<Drafts>()(
  persist((): Drafts => ({ byPath: {} }), {
    name: 'drafts',
    version: 1,
    storage: createJSONStorage(() => storage),
    merge: (kept, current) => KeptDrafts.safeParse(kept).data ?? current,
    partialize: ({ byPath }) => ({
      byPath: Object.fromEntries(
        Object.entries(byPath).filter(([, draft]) => draft.text.length <= MAX_KEPT_CHARS)
      )
    })
  })
)

export function setDraft(path: string, draft: Draft | undefined): void {
  useDrafts.setState(({ byPath: { [path]: _before, ...rest } }) => ({
    byPath: draft === undefined ? rest : { ...rest, [path]: draft }
  }))
}
