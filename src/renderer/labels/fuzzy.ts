/** Scores how well typed letters match a title: every query word must match; whole words and word starts score best. */

/** Higher is better; undefined if it does not match. Ignores case and accents. */
export function fuzzyScore(query: string, title: string): number | undefined {
  const text = plain(title)
  let score = 0
  for (const word of plain(query).split(/\s+/).filter(Boolean)) {
    const found = wordScore(word, text)
    if (found === undefined) return undefined
    score += found
  }
  // If two titles match equally well, the shorter one wins.
  return score - text.length / 1_000
}

const AT_START = 100
const AT_WORD = 80
const INSIDE = 50
const SCATTERED = 20

function wordScore(word: string, text: string): number | undefined {
  const at = text.indexOf(word)
  if (at === 0) return AT_START
  if (at > 0) return /[\s\W_]/.test(text[at - 1] ?? '') ? AT_WORD : INSIDE
  return scattered(word, text)
}

/** Matches the letters in order, with others between them: fewer between is better. */
function scattered(word: string, text: string): number | undefined {
  let at = -1
  let gaps = 0
  for (const letter of word) {
    const next = text.indexOf(letter, at + 1)
    if (next < 0) return undefined
    if (at >= 0) gaps += next - at - 1
    at = next
  }
  return gaps > 2 * word.length ? undefined : SCATTERED - gaps
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
}
