/** Unsaved manifests: the text, and the text and revision on disk it began from. The host keeps a copy of each. */
import { create } from 'zustand'

export interface Draft {
  readonly text: string
  /** Revision of the file on disk the text began from, and that file's text: what a change on disk is merged over. */
  readonly revision: string
  readonly base: string
}

interface Drafts {
  readonly byPath: Readonly<Record<string, Draft>>
}

export const useDrafts = create<Drafts>()(() => ({ byPath: {} }))

export const draftOf = (path: string): Draft | undefined => useDrafts.getState().byPath[path]

export function setDraft(path: string, draft: Draft | undefined): void {
  useDrafts.setState(({ byPath: { [path]: _before, ...rest } }) => ({
    byPath: draft === undefined ? rest : { ...rest, [path]: draft }
  }))
}

/** The text in the window is now this; what equals the file on disk is no draft. */
export function editText(
  path: string,
  text: string,
  file: { readonly text: string; readonly revision: string }
): void {
  const before = draftOf(path)
  const from = before ?? { revision: file.revision, base: file.text }
  const same = text === file.text && from.revision === file.revision
  setDraft(path, same ? undefined : { text, revision: from.revision, base: from.base })
}
