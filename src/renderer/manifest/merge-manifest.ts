/** The text in the window and the one on disk as one, or where the user has to choose. */
import { parseToml } from '#shared/manifest-text/parse.ts'
import type { Draft } from './drafts.ts'
import { conflictsOf, type MergePart, merge, resolved } from './merge.ts'

/** Without a conflict among the parts they are the merged text. */
export function mergeManifest(draft: Draft, theirs: string): readonly MergePart[] {
  const parts = merge(draft.base, draft.text, theirs)
  if (conflictsOf(parts).length > 0) return parts
  const isToml = (text: string) => parseToml(text).values !== undefined
  // Lines that do not touch can still hold one key twice: then the user chooses between the texts as a whole.
  if (isToml(resolved(parts, []) ?? '') || !isToml(draft.text) || !isToml(theirs)) return parts
  const line = { mine: 1, theirs: 1 }
  return [{ kind: 'conflict', base: draft.base, mine: draft.text, theirs, line }]
}
