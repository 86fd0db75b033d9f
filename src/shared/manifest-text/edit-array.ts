/** Edits of an array of texts that leave its unchanged elements, layout and comments as they are. */
import type { AST } from 'toml-eslint-parser'
import type { TextEdit } from '../finding.ts'
import { lineStart } from './text-range.ts'
import { formatString, formatValue } from './toml-text.ts'

interface Source {
  readonly text: string
  readonly eol: string
}

/** Edits that give the array these elements. */
export function arrayEdits(source: Source, array: AST.TOMLArray, values: readonly string[]): TextEdit[] {
  const { elements } = array
  const old = elements.map(element => (isText(element) ? element.value : undefined))
  const first = commonLength(old, values)
  const last = commonLength(old.slice(first).reverse(), values.slice(first).reverse())
  const removed = elements.slice(first, elements.length - last)
  const added = values.slice(first, values.length - last)
  if (elements.length === 0 || values.length === 0) {
    if (removed.length + added.length === 0) return []
    return [{ from: array.range[0], to: array.range[1], insert: formatValue(values, source) }]
  }
  const both = Math.min(removed.length, added.length)
  const edits = removed.slice(0, both).map((element, index) => ({
    from: element.range[0],
    to: element.range[1],
    insert: formatString(added[index] ?? '', { eol: source.eol, old: source.text.slice(...element.range) })
  }))
  if (removed.length > both) edits.push(removal(elements, first + both, elements.length - last))
  if (added.length > both) edits.push(insertion(source, array, first + both, added.slice(both)))
  return edits
}

/** The edit that takes elements [from, to) out, with the commas that belong to them. */
export function removal(elements: readonly AST.TOMLNode[], from: number, to: number): TextEdit {
  const before = elements[from - 1]
  const after = elements[to]
  const start = before ? before.range[1] : (elements[from]?.range[0] ?? 0)
  const end = before || !after ? (elements[to - 1]?.range[1] ?? start) : after.range[0]
  return { from: start, to: end, insert: '' }
}

/** The edit that puts elements before the one at `index`, which is at most the array's length. */
function insertion(source: Source, array: AST.TOMLArray, index: number, values: readonly string[]): TextEdit {
  const texts = values.map(value => formatString(value, source))
  return insertTexts(source, array, index, texts)
}

export function insertTexts(
  source: Source,
  array: AST.TOMLArray,
  index: number,
  texts: readonly string[]
): TextEdit {
  const separator = separatorOf(source, array)
  const before = array.elements[index - 1]
  if (before) {
    const at = before.range[1]
    return { from: at, to: at, insert: texts.map(text => separator + text).join('') }
  }
  const after = array.elements[0]
  if (after) {
    const at = after.range[0]
    return { from: at, to: at, insert: texts.map(text => text + separator).join('') }
  }
  return { from: array.range[0], to: array.range[1], insert: `[${texts.join(', ')}]` }
}

function separatorOf({ text, eol }: Source, array: AST.TOMLArray): string {
  const [first, second] = array.elements
  if (!first) return ', '
  const from = second ? first.range[1] : array.range[0]
  const to = second ? second.range[0] : first.range[0]
  const between = text.slice(from, to)
  if (!between.includes('\n')) return second && /^, *$/.test(between) ? between : ', '
  return `,${eol}${/^[ \t]*/.exec(text.slice(lineStart(text, to), to))?.[0] ?? ''}`
}

function isText(node: AST.TOMLContentNode): node is AST.TOMLStringValue {
  return node.type === 'TOMLValue' && node.kind === 'string'
}

function commonLength(left: readonly (string | undefined)[], right: readonly string[]): number {
  let length = 0
  while (length < Math.min(left.length, right.length) && left[length] === right[length]) length++
  return length
}
