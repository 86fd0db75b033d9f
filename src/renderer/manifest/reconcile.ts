/** Handles a manifest that changed on disk while the window has unsaved text: merges changes that do not overlap. */
import { create } from 'zustand'
import { draftOf, setDraft } from './drafts.ts'

interface Disk {
  readonly text: string
  readonly revision: string
}

/** Projects whose unsaved text includes a change from disk, with the file's revision at that time. */
export const useMerged = create<{ readonly byPath: Readonly<Record<string, string>> }>(() => ({ byPath: {} }))

/** `merged`: the draft is now based on the file on disk. `conflict`: nothing changed, and the user must decide. */
export async function takeDiskChange(path: string, file: Disk): Promise<'merged' | 'conflict' | 'nothing'> {
  const [{ mergeManifest }, { resolved }] = await Promise.all([
    import('./merge-manifest.ts'),
    import('./merge.ts')
  ])
  const draft = draftOf(path)
  if (!draft || draft.revision === file.revision) return 'nothing'
  if (draft.text === file.text) {
    setDraft(path, undefined)
    return 'merged'
  }
  const text = resolved(mergeManifest(draft, file.text), [])
  if (text === undefined) return 'conflict'
  standOn(path, file, text)
  useMerged.setState(({ byPath }) => ({ byPath: { ...byPath, [path]: file.revision } }))
  return 'merged'
}

/** Makes the current file on disk the base of the text in the window. */
export function standOn(path: string, file: Disk, text: string): void {
  setDraft(path, text === file.text ? undefined : { text, revision: file.revision, base: file.text })
}
