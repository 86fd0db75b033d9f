/** Merges the text in the window with the file on disk, or returns the conflicts for the user to decide. */
import { parseToml } from '#shared/manifest-text/parse.ts'
import type { Draft } from './drafts.ts'
import { conflictsOf, type MergePart, merge, resolved } from './merge.ts'

/** If no part is a conflict, the parts are the merged text. */
export function mergeManifest(draft: Draft, theirs: string): readonly MergePart[] {
  const parts = merge(draft.base, draft.text, theirs)
  if (conflictsOf(parts).length > 0) return parts
  const isToml = (text: string) => parseToml(text).values !== undefined
  // Even non-overlapping changes can set a key twice: then the user chooses between the whole texts.
  if (isToml(resolved(parts, []) ?? '') || !isToml(draft.text) || !isToml(theirs)) return parts
  const line = { mine: 1, theirs: 1 }
  return [{ kind: 'conflict', base: draft.base, mine: draft.text, theirs, line }]
}
