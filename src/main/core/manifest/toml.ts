/** The TOML layer: text to values and to places, strictly TOML 1.0, where every fault is a finding and nothing throws. */
import { parse, TomlError } from 'smol-toml'
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import type { Finding } from '#shared/finding.ts'
import { decodeText } from './decode.ts'
import { syntaxFix } from './syntax-fix.ts'
import { positioned, type Range } from './text-range.ts'

/** UTF-16 code units; a manifest is a page of text, and checking runs at every key stroke. */
export const MAX_MANIFEST_LENGTH = 1024 * 1024
/** Tables and arrays within each other; more is an attack or an accident, and would exhaust stacks elsewhere. */
const MAX_DEPTH = 100

export interface TomlDocument {
  /** Empty where the source is not text at all. */
  readonly text: string
  /** Absent where the text is not TOML. Integers beyond 2^53 are bigint, dates are Date. */
  readonly values?: Readonly<Record<string, unknown>> | undefined
  /** Absent where there are no values, or the text is too much for it; ranges count from `offset`. */
  readonly tree?: AST.TOMLProgram | undefined
  /** Length of the byte order mark before the tree's text: 0 or 1. */
  readonly offset: number
  readonly findings: readonly Finding[]
}

/** Reads any input; what is wrong with it is in `findings` (at most one of severity error), never thrown. */
export function parseToml(source: Uint8Array | string): TomlDocument {
  if (source.length > MAX_MANIFEST_LENGTH * (typeof source === 'string' ? 1 : 4)) {
    return failed('', tooLarge(source.length))
  }
  const { text, fault } = decodeText(source)
  if (text.length > MAX_MANIFEST_LENGTH) return failed('', tooLarge(text.length))
  if (fault) return failed(text, encodingFinding(text, fault))
  const offset = text.startsWith('\ufeff') ? 1 : 0
  const body = text.slice(offset)
  const values = readValues(body)
  if (values instanceof SyntaxFault) return failed(text, syntaxFinding(text, offset, values))
  const unfit = unfitValue(values)
  if (unfit) return failed(text, { rule: 'toml-limit', severity: 'error', message: unfit })
  const tree = readTree(body)
  if (tree instanceof SyntaxFault) return failed(text, syntaxFinding(text, offset, tree))
  return { text, values, tree, offset, findings: tree ? [] : [withoutPlaces()] }
}

function failed(text: string, finding: Finding): TomlDocument {
  return { text, offset: 0, findings: [finding] }
}

/** Where a parser stopped, and why; offset counts from the text without its byte order mark. */
class SyntaxFault {
  readonly offset: number
  readonly message: string

  constructor(offset: number, message: string) {
    this.offset = offset
    this.message = message
  }
}

function readValues(body: string): Record<string, unknown> | SyntaxFault {
  try {
    return parse(body, { integersAsBigInt: 'asNeeded', maxDepth: MAX_DEPTH })
  } catch (error) {
    if (error instanceof TomlError) {
      const offset = offsetOf(body, error.line, error.column)
      return new SyntaxFault(
        offset,
        (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '')
      )
    }
    return new SyntaxFault(0, error instanceof Error ? error.message : String(error))
  }
}

/** Undefined where the text is TOML but too much for this parser, which keeps long strings on the stack. */
function readTree(body: string): AST.TOMLProgram | SyntaxFault | undefined {
  try {
    return parseTOML(body, { tomlVersion: '1.0' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    if (error instanceof ParseError) return new SyntaxFault(error.index, error.message)
    return new SyntaxFault(0, error instanceof Error ? error.message : String(error))
  }
}

function offsetOf(body: string, line: number, column: number): number {
  let start = 0
  for (let current = 1; current < line; current++) start = body.indexOf('\n', start) + 1
  return Math.min(start + column - 1, body.length)
}

/** Depth and integers, without recursion: dotted keys nest as deep as the text is long. */
function unfitValue(values: Record<string, unknown>): string | undefined {
  let level: unknown[] = [values]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `Tables are nested more than ${MAX_DEPTH} deep.`
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) {
        return 'A number does not fit into 64 bits.'
      }
      if (typeof value === 'object' && value !== null)
        for (const item of Object.values(value)) next.push(item)
    }
    level = next
  }
  return undefined
}

function syntaxFinding(text: string, offset: number, fault: SyntaxFault): Finding {
  const range = wordAt(text, fault.offset + offset)
  const message = `This is not TOML: ${fault.message.charAt(0).toLowerCase()}${fault.message.slice(1)}.`
  return positioned(
    text,
    { rule: 'toml-syntax', severity: 'error', message, ...syntaxFix(text, range) },
    range
  )
}

/** The word at an offset, or one character, or nothing at the end of the text. */
function wordAt(text: string, from: number): Range {
  const word = /[^\s,=[\]{}#]+/y
  word.lastIndex = from
  const length = word.exec(text)?.[0].length ?? 1
  return { from, to: Math.min(from + length, text.length) }
}

function encodingFinding(text: string, fault: { offset: number; message: string }): Finding {
  const range = { from: fault.offset, to: Math.min(fault.offset + 1, text.length) }
  const message = `${fault.message} Save the file as UTF-8.`
  return positioned(text, { rule: 'toml-encoding', severity: 'error', message }, range)
}

function tooLarge(length: number): Finding {
  const size = (length / 1024 / 1024).toFixed(1)
  return {
    rule: 'toml-too-large',
    severity: 'error',
    message: `The manifest is ${size} MiB; at most 1 MiB is read. Keep data in files of their own.`
  }
}

function withoutPlaces(): Finding {
  return {
    rule: 'toml-without-places',
    severity: 'warning',
    message:
      'A value is too long to be looked at closely: findings carry no line, and no value can be edited.'
  }
}
