/** Lines as text for the clipboard and files: without colours, with the rows of a line joined. */
import { plainLine } from '#shared/text.ts'
import type { Entry } from './entries.ts'

/** Stable indices of the first and last entry, in either order. */
export interface CopyRange {
  readonly from: number
  readonly to: number
}

export function copiedText(entries: readonly Entry[], base: number, { from, to }: CopyRange): string {
  return linesText(entries.slice(Math.min(from, to) - base, Math.max(from, to) - base + 1))
}

/** Text of the lines, without notes. */
export function linesText(entries: readonly Entry[], times = false): string {
  let text = ''
  for (const entry of entries) {
    if (entry.kind === 'note') continue
    if (text !== '' && !entry.continues) text += '\n'
    text += `${times && !entry.continues ? `${entry.time} ${entry.stream} ` : ''}${plainLine(entry.text)}`
  }
  return text
}

/** The text selected over several rows, without line breaks inside wrapped lines; undefined within one row. */
export function selectionText(selection: Selection | null): string | undefined {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined
  const rows = [...selection.getRangeAt(0).cloneContents().querySelectorAll('[data-row]')]
  if (rows.length < 2) return undefined
  return rows
    .map((row, index) => {
      const breaks = index > 0 && !row.hasAttribute('data-continues')
      const text = [...row.childNodes].at(-1)?.textContent ?? ''
      return `${breaks ? '\n' : ''}${text}`
    })
    .join('')
}
