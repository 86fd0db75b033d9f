/** Unsaved manifests: text and the revision it began from, kept over restarts and crashes. */
import { create } from 'zustand'
import { createJSONStorage, persist, type StateStorage } from 'zustand/middleware'

export interface Draft {
  readonly text: string
  /** Revision of the file on disk the text began from. */
  readonly revision: string
}

interface Drafts {
  readonly byPath: Readonly<Record<string, Draft>>
}

/** Larger ones live only as long as the window: the storage of a page is small. */
const MAX_KEPT_CHARS = 500_000
const SAVE_DELAY_MS = 300

export const useDrafts = create<Drafts>()(
  persist((): Drafts => ({ byPath: {} }), {
    name: 'q8s.drafts',
    version: 1,
    storage: createJSONStorage(() => delayed(localStorage)),
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

/** Writes shortly after the last change, and at once when the page goes away. */
function delayed(storage: Storage): StateStorage {
  const pending = new Map<string, string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    for (const [name, value] of pending) {
      try {
        storage.setItem(name, value)
      } catch {
        // A full storage costs the copy on disk, not the text in the window.
      }
    }
    pending.clear()
  }
  window.addEventListener('pagehide', flush)
  return {
    getItem: name => pending.get(name) ?? storage.getItem(name),
    setItem(name, value) {
      pending.set(name, value)
      clearTimeout(timer)
      timer = setTimeout(flush, SAVE_DELAY_MS)
    },
    removeItem: name => storage.removeItem(name)
  }
}
