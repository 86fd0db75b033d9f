/** The differences between two texts, in whole lines. */

/** Lines [from, to) of the first text became `lines`. Offsets count lines, not characters. */
export interface Hunk {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/** Most changed lines for which the shortest difference is searched; with more, the middle is one hunk. */
const MAX_DISTANCE = 1000

/** The lines of a text, each with the line break that ends it. Joined, they are the text again. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** The shortest list of hunks that turns `before` into `after`, in order; no two hunks touch. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly Hunk[] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const left = before.slice(start, before.length - end)
  const right = after.slice(start, after.length - end)
  if (left.length === 0 && right.length === 0) return []
  const kept = commonLines(left, right) ?? []
  return hunksBetween(left, right, kept).map(hunk => ({
    ...hunk,
    from: hunk.from + start,
    to: hunk.to + start
  }))
}

type Pair = readonly [left: number, right: number]

function hunksBetween(left: readonly string[], right: readonly string[], kept: readonly Pair[]): Hunk[] {
  const hunks: Hunk[] = []
  let [atLeft, atRight] = [0, 0]
  for (const [nextLeft, nextRight] of [...kept, [left.length, right.length] as const]) {
    if (nextLeft > atLeft || nextRight > atRight) {
      hunks.push({ from: atLeft, to: nextLeft, lines: right.slice(atRight, nextRight) })
    }
    atLeft = nextLeft + 1
    atRight = nextRight + 1
  }
  return hunks
}

/** Pairs of equal lines of a longest common subsequence (Myers); undefined if the texts differ too much. */
function commonLines(left: readonly string[], right: readonly string[]): readonly Pair[] | undefined {
  const reach = new Map<number, number>([[1, 0]])
  const trace: ReadonlyMap<number, number>[] = []
  const most = Math.min(left.length + right.length, MAX_DISTANCE)
  for (let distance = 0; distance <= most; distance += 1) {
    trace.push(new Map(reach))
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = startOf(reach, diagonal, distance)
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x += 1
      reach.set(diagonal, x)
      if (x >= left.length && x - diagonal >= right.length) return walkBack(trace, left.length, right.length)
    }
  }
  return undefined
}

function startOf(reach: ReadonlyMap<number, number>, diagonal: number, distance: number): number {
  const down = reach.get(diagonal + 1) ?? -1
  const across = reach.get(diagonal - 1) ?? -1
  return diagonal === -distance || (diagonal !== distance && across < down) ? down : across + 1
}

function walkBack(trace: readonly ReadonlyMap<number, number>[], left: number, right: number): Pair[] {
  const pairs: Pair[] = []
  let [x, y] = [left, right]
  for (let distance = trace.length - 1; distance >= 0; distance -= 1) {
    const reach = trace[distance] as ReadonlyMap<number, number>
    const diagonal = x - y
    const start = distance === 0 ? 0 : startOf(reach, diagonal, distance)
    while (x > start && y > start - diagonal) {
      x -= 1
      y -= 1
      pairs.push([x, y])
    }
    if (distance === 0) break
    const down =
      diagonal === -distance ||
      (diagonal !== distance && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1))
    if (down) y -= 1
    else x -= 1
  }
  return pairs.reverse()
}
