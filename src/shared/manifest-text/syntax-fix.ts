/** Quick fixes for the two mistakes in TOML that everybody makes: a text without quotes, and typographic quotes. */
import type { Finding } from '../finding.ts'
import { t } from '../language.ts'
import { lineEnd, lineStart, type Range } from './text-range.ts'

const UNQUOTED = /^([ \t]*[A-Za-z0-9_.-]+[ \t]*=[ \t]*)([^\s"'[\]{}#=,][^"'#\r\n\\]*?)[ \t]*(?:#.*)?$/
const TYPOGRAPHIC =
  /^([ \t]*[A-Za-z0-9_.-]+[ \t]*=[ \t]*)([“”„‘’«»])([^"\\“”„‘’«»]*)([“”„‘’«»])[ \t]*(?:#.*)?$/

/** The fix for the line the range is in, as the part of a finding; nothing where the line is broken otherwise. */
export function syntaxFix(text: string, range: Range): Pick<Finding, 'fix'> {
  const start = lineStart(text, range.from)
  const line = text.slice(start, lineEnd(text, start))
  if (line.length > 1000) return {}
  const typographic = TYPOGRAPHIC.exec(line)
  if (typographic) {
    const [, before = '', open = '', content = '', close = ''] = typographic
    const from = start + before.length
    const to = from + open.length + content.length + close.length
    return { fix: { title: t`Use straight quotes`, edits: [{ from, to, insert: `"${content}"` }] } }
  }
  const unquoted = UNQUOTED.exec(line)
  if (!unquoted) return {}
  const [, before = '', value = ''] = unquoted
  const from = start + before.length
  const to = from + value.length
  if (range.from < from || range.from > to) return {}
  return { fix: { title: t`Put quotes around it`, edits: [{ from, to, insert: `"${value}"` }] } }
}
