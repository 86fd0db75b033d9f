/** Unsaved manifests: the text, and the text and revision on disk it is based on. The host stores a copy of each. */
import { create } from 'zustand'

export interface Draft {
  readonly text: string
  /** Revision and text of the file on disk that this text is based on: the base for merging a change on disk. */
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

/** Sets the text in the window; text equal to the file on disk is not a draft. */
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
