/** Three-way merge by lines: combines two edits of a text if they do not overlap. */
import { diffLines, type Hunk, linesOf } from '../ui/line-diff.ts'

/** A part that both sides changed differently. */
export interface Conflict {
  readonly kind: 'conflict'
  readonly base: string
  readonly mine: string
  readonly theirs: string
  /** One-based line of the part in each text. */
  readonly line: { readonly mine: number; readonly theirs: number }
}

export type MergePart = { readonly kind: 'text'; readonly text: string } | Conflict

/** Parts in order; if none is a conflict, their texts are the merged text. */
export function merge(base: string, mine: string, theirs: string): readonly MergePart[] {
  if (mine === theirs || base === theirs) return [{ kind: 'text', text: mine }]
  if (base === mine) return [{ kind: 'text', text: theirs }]
  const lines = linesOf(base)
  const parts: MergePart[] = []
  let at = 0
  const shift = { mine: 0, theirs: 0 }
  for (const group of grouped(diffLines(lines, linesOf(mine)), diffLines(lines, linesOf(theirs)))) {
    pushText(parts, lines.slice(at, group.from).join(''))
    const old = lines.slice(group.from, group.to)
    const [left, right] = [resultOf(old, group.from, group.mine), resultOf(old, group.from, group.theirs)]
    if (group.theirs.length === 0 || left.join('') === right.join('')) pushText(parts, left.join(''))
    else if (group.mine.length === 0) pushText(parts, right.join(''))
    else {
      const line = { mine: group.from + shift.mine + 1, theirs: group.from + shift.theirs + 1 }
      parts.push({
        kind: 'conflict',
        base: old.join(''),
        mine: left.join(''),
        theirs: right.join(''),
        line
      })
    }
    shift.mine += left.length - old.length
    shift.theirs += right.length - old.length
    at = group.to
  }
  pushText(parts, lines.slice(at).join(''))
  return parts
}

/** The text of the parts, with the chosen side of each conflict; undefined while a conflict is not decided. */
export function resolved(
  parts: readonly MergePart[],
  choices: readonly ('mine' | 'theirs' | undefined)[]
): string | undefined {
  let text = ''
  let next = 0
  for (const part of parts) {
    const choice = part.kind === 'conflict' ? choices[next++] : undefined
    if (part.kind === 'conflict' && choice === undefined) return undefined
    text += part.kind === 'text' ? part.text : part[choice as 'mine' | 'theirs']
  }
  return text
}

export function conflictsOf(parts: readonly MergePart[]): readonly Conflict[] {
  return parts.filter(part => part.kind === 'conflict')
}

interface Group {
  readonly from: number
  readonly to: number
  readonly mine: readonly Hunk[]
  readonly theirs: readonly Hunk[]
}

/** Hunks of both sides, grouped if they overlap or touch. */
function grouped(mine: readonly Hunk[], theirs: readonly Hunk[]): readonly Group[] {
  const all = [
    ...mine.map(hunk => ({ hunk, side: 'mine' as const })),
    ...theirs.map(hunk => ({ hunk, side: 'theirs' as const }))
  ].sort((a, b) => a.hunk.from - b.hunk.from || a.hunk.to - b.hunk.to)
  const groups: { from: number; to: number; mine: Hunk[]; theirs: Hunk[] }[] = []
  for (const { hunk, side } of all) {
    let group = groups.at(-1)
    if (!group || hunk.from > group.to) {
      group = { from: hunk.from, to: hunk.to, mine: [], theirs: [] }
      groups.push(group)
    }
    group.to = Math.max(group.to, hunk.to)
    group[side].push(hunk)
  }
  return groups
}

/** One side's version of the lines of a group. */
function resultOf(old: readonly string[], offset: number, hunks: readonly Hunk[]): readonly string[] {
  const result: string[] = []
  let at = 0
  for (const { from, to, lines } of hunks) {
    result.push(...old.slice(at, from - offset), ...lines)
    at = to - offset
  }
  result.push(...old.slice(at))
  return result
}

function pushText(parts: MergePart[], text: string): void {
  const last = parts.at(-1)
  if (text === '') return
  if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text }
  else parts.push({ kind: 'text', text })
}
