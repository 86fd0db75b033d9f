/** A manifest that changed on disk while its text in the window is not saved: merged where the changes do not touch. */
import { create } from 'zustand'
import { draftOf, setDraft } from './drafts.ts'

interface Disk {
  readonly text: string
  readonly revision: string
}

/** Projects whose unsaved text took a change on disk in, by the revision the file had then. */
export const useMerged = create<{ readonly byPath: Readonly<Record<string, string>> }>(() => ({ byPath: {} }))

/** `merged`: the draft now stands on the file on disk. `conflict`: nothing was changed, the user has to be asked. */
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

/** The text in the window is now an edit of the file as it is on disk. */
export function standOn(path: string, file: Disk, text: string): void {
  setDraft(path, text === file.text ? undefined : { text, revision: file.revision, base: file.text })
}
