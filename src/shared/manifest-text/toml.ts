/** The TOML layer: text to values and to places, strictly TOML 1.0, where every fault is a finding and nothing throws. */
import { parse, TomlError } from 'smol-toml'
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import type { Finding } from '../finding.ts'
import { t } from '../language.ts'
import { decodeText } from './decode.ts'
import { inKnownCase } from './key-case.ts'
import { type Path, type Places, placesOf } from './places.ts'
import { syntaxFix } from './syntax-fix.ts'
import { lineStart, positioner, type Range } from './text-range.ts'

/** UTF-16 code units; a manifest is a page of text, and checking runs at every key stroke. */
const MAX_MANIFEST_LENGTH = 1024 * 1024
/** Bytes beyond which a file is not even shown. */
const MAX_SHOWN_BYTES = 64 * 1024 * 1024
/** What the parser of places is given at most: it is slow and hungry, and no manifest written by hand comes near. */
const MAX_PLACED_LENGTH = 256 * 1024
const MAX_PLACED_VALUES = 20_000
/** Tables and arrays within each other; more is an attack or an accident, and would exhaust stacks elsewhere. */
const MAX_DEPTH = 100

export interface TomlDocument {
  readonly text: string
  /** Absent where the text is not TOML. Integers beyond 2^53 are bigint, dates are Date, line breaks are `\n`. */
  readonly values?: Readonly<Record<string, unknown>> | undefined
  /** Known keys that the text writes in another case, by their paths in `values`, which has the known case. */
  readonly recased?: readonly Path[] | undefined
  /** Absent where there are no values, or the text is too much for the parser of places. */
  readonly places?: Places | undefined
  readonly findings: readonly Finding[]
}

/** Reads any input; what is wrong with it is in `findings` (at most one), never thrown. */
export function parseToml(source: Uint8Array | string): TomlDocument {
  if (source.length > MAX_SHOWN_BYTES) return { text: '', findings: [tooLarge(source.length)] }
  const { text, fault } = decodeText(source)
  if (text.length > MAX_MANIFEST_LENGTH) return { text, findings: [tooLarge(text.length)] }
  if (fault) return { text, findings: [encodingFinding(text, fault)] }
  // A space in place of the byte order mark keeps every offset.
  const body = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text
  const written = readValues(body)
  if (written instanceof SyntaxFault) return { text, findings: [syntaxFinding(text, written)] }
  const { count, fault: unfit } = survey(written)
  if (unfit) return { text, findings: [{ rule: 'toml-limit', severity: 'error', message: unfit }] }
  const tree = body.length > MAX_PLACED_LENGTH || count > MAX_PLACED_VALUES ? undefined : readTree(body)
  if (tree instanceof SyntaxFault) return { text, findings: [syntaxFinding(text, tree)] }
  const { values, recased, nameAt } = inKnownCase(written)
  return tree
    ? { text, values, recased, places: placesOf(tree, nameAt), findings: [] }
    : { text, values, recased, findings: [withoutPlaces()] }
}

/** Where a parser stopped, and why. */
class SyntaxFault {
  readonly offset: number
  readonly message: string

  constructor(offset: number, message: string) {
    this.offset = offset
    this.message = message
  }
}

/** Line breaks in multi-line texts are those of the checkout, not the author's: they become `\n`. */
function readValues(body: string): Record<string, unknown> | SyntaxFault {
  try {
    return parse(body.replaceAll('\r\n', '\n'), { integersAsBigInt: 'asNeeded', maxDepth: MAX_DEPTH })
  } catch (error) {
    if (!(error instanceof TomlError)) return new SyntaxFault(0, messageOf(error))
    const [message = ''] = error.message.split('\n')
    const offset = offsetOf(body, error.line, error.column)
    return new SyntaxFault(offset, message.replace('Invalid TOML document: ', ''))
  }
}

/** Undefined where the text is TOML but too much for this parser, which keeps long strings on the stack. */
function readTree(body: string): AST.TOMLProgram | SyntaxFault | undefined {
  try {
    return parseTOML(body, { tomlVersion: '1.0' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    if (error instanceof ParseError) return new SyntaxFault(Math.min(error.index, body.length), error.message)
    return new SyntaxFault(0, messageOf(error))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function offsetOf(body: string, line: number, column: number): number {
  let start = 0
  for (let current = 1; current < line; current++) start = body.indexOf('\n', start) + 1
  return Math.min(start + column - 1, body.length)
}

/** Counts values and judges depth and integers, without recursion: dotted keys nest as deep as the text is long. */
function survey(values: Record<string, unknown>): { count: number; fault?: string } {
  let count = 0
  let level: unknown[] = [values]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return { count, fault: t`Tables are nested more than ${MAX_DEPTH} deep.` }
    count += level.length
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) {
        return { count, fault: t`A number does not fit into 64 bits.` }
      }
      if (typeof value === 'object' && value !== null)
        for (const item of Object.values(value)) next.push(item)
    }
    level = next
  }
  return { count }
}

function syntaxFinding(text: string, fault: SyntaxFault): Finding {
  const range = wordAt(text, fault.offset)
  const reason = fault.message.charAt(0).toLowerCase() + fault.message.slice(1).replace(/\.$/, '')
  const message = t`This is not TOML: ${reason}.`
  const finding: Finding = { rule: 'toml-syntax', severity: 'error', message, ...syntaxFix(text, range) }
  return positioner(text)(finding, range)
}

/** The word at an offset; at the end of a line what stands in it; else one character, or nothing. */
function wordAt(text: string, from: number): Range {
  const word = /[^\s,=[\]{}#]+/y
  word.lastIndex = from
  const found = word.exec(text)?.[0].length
  if (found !== undefined) return { from, to: from + found }
  const line = text.slice(lineStart(text, from), from)
  const endsLine = from >= text.length || text[from] === '\n' || text[from] === '\r'
  if (endsLine && line.trim() !== '') {
    return { from: from - line.trimStart().length, to: from - line.length + line.trimEnd().length }
  }
  return { from, to: Math.min(from + 1, text.length) }
}

function encodingFinding(text: string, fault: { offset: number; message: string }): Finding {
  const range = { from: fault.offset, to: Math.min(fault.offset + 1, text.length) }
  const message = `${fault.message} ${t`Save the file as UTF-8.`}`
  return positioner(text)({ rule: 'toml-encoding', severity: 'error', message }, range)
}

function tooLarge(length: number): Finding {
  const size = (length / 1024 / 1024).toFixed(1)
  return {
    rule: 'toml-too-large',
    severity: 'error',
    message: t`The manifest is ${size} MiB; at most 1 MiB is read. Keep data in files of their own.`
  }
}

function withoutPlaces(): Finding {
  return {
    rule: 'toml-without-places',
    severity: 'warning',
    message: t`The manifest is too long to be checked closely: problems have no line, and nothing can be edited.`
  }
}
