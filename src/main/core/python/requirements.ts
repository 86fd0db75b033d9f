/** Reads the lines of a requirements file as pip does, and finds the files of the bundle that they name. */
import type { Range } from '#shared/manifest-text/text.ts'

export interface Requirement {
  /** The kind of file or folder it names. */
  readonly kind: 'include' | 'links' | 'file' | 'folder'
  /** The file as written, without extras, markers, hashes and `name @`; and its place. */
  readonly target: string
  readonly range: Range
  /** Whether it is written as `name @ file:…`. */
  readonly url: boolean
  /** Whether it applies only to some systems or Python versions. */
  readonly conditional: boolean
}

const OPTION =
  /^(-r|--requirement|-c|--constraint|-e|--editable|-f|--find-links)(?:\s*=\s*|\s+|(?=[^-\s=]))(\S+)/
const DIRECT = /^[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\])?\s*@\s*(\S+)/
const ARCHIVE = /\.(?:whl|zip|tar\.gz|tar\.bz2|tgz)$/i

/** Leaves out lines that only name packages of an index, and `https` URLs. */
export function readRequirements(text: string): Requirement[] {
  const result: Requirement[] = []
  for (const { line, from } of logicalLines(text)) {
    const indent = line.length - line.trimStart().length
    const requirement = readLine(line.trimStart())
    if (!requirement) continue
    const { start, ...rest } = requirement
    const at = from + indent + start
    result.push({ ...rest, range: { from: at, to: at + rest.target.length } })
  }
  return result
}

function readLine(line: string): (Omit<Requirement, 'range'> & { start: number }) | undefined {
  const option = OPTION.exec(line)
  if (option) return readOption(option)
  if (line.startsWith('-')) return undefined
  const direct = DIRECT.exec(line)
  if (direct?.[1]) {
    const url = direct[1]
    const path = /^file:(?:\/\/(?:localhost(?=\/))?)?(.*)$/i.exec(url)?.[1]
    if (path === undefined) return undefined
    const target = path.replace(/[;#].*$/, '')
    const conditional = /\s;|;\s/.test(line)
    return { kind: 'file', target, start: direct[0].length - path.length, url: true, conditional }
  }
  // Not split at single spaces, because a path may contain them.
  const [written = ''] = line.split(/\s--|;/, 1)
  const target = written.trimEnd().replace(/\[[^\]]*\]$/, '')
  const conditional = line.includes(';')
  if (isForeign(target)) return undefined
  if (ARCHIVE.test(target)) return { kind: 'file', target, start: 0, url: false, conditional }
  const folder = /^\.{1,2}(?:$|[\\/])|^[\\/~]|^[A-Za-z]:[\\/]/.test(target)
  return folder ? { kind: 'folder', target, start: 0, url: false, conditional } : undefined
}

function readOption(option: RegExpExecArray): (Omit<Requirement, 'range'> & { start: number }) | undefined {
  const [all, name = '', written = ''] = option
  const editable = name === '-e' || name === '--editable'
  const target = editable ? written.replace(/\[[^\]]*\]$|#.*$/, '') : written
  if (isForeign(target)) return undefined
  const kind = editable ? 'folder' : name === '-f' || name === '--find-links' ? 'links' : 'include'
  return { kind, target, start: all.length - written.length, url: false, conditional: false }
}

/** URLs and environment variables, which cannot be checked here. */
function isForeign(target: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(target) || target.includes('${')
}

/** The characters at which pip, like Python's `splitlines`, ends a line. */
const LINE_BREAK = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g

/**
 * Lines without comments. Lines that continue another one after a backslash are left out: nothing in them is read here.
 */
export function* logicalLines(text: string): Generator<{ line: string; from: number }> {
  let continued = false
  for (const { line, from } of physicalLines(text)) {
    const wasContinued = continued
    continued = goesOn(line)
    if (!wasContinued) yield { line: line.replace(/(^|\s)#.*$/, '').replace(/\\$/, ''), from }
  }
}

function* physicalLines(text: string): Generator<{ line: string; from: number }> {
  let from = text.startsWith('\ufeff') ? 1 : 0
  for (const { 0: end, index } of text.matchAll(LINE_BREAK)) {
    yield { line: text.slice(from, index), from }
    from = index + end.length
  }
  if (from < text.length) yield { line: text.slice(from), from }
}

/** Whether the next line continues this one; a comment line is never continued. */
function goesOn(line: string): boolean {
  return line.endsWith('\\') && !/^\s*#/.test(line)
}

/** Whether a line added at the end would become part of the last line. */
export function endsContinued(text: string): boolean {
  const last = [...physicalLines(text)].at(-1)
  return last !== undefined && goesOn(last.line)
}

/**
 * Whether pip checks every package of the file against hashes; then one package without a hash makes it refuse the
 * file.
 */
export function isHashLocked(text: string): boolean {
  return [...physicalLines(text)].some(
    ({ line }) => !/^\s*#/.test(line) && /(?:^|\s)--(?:hash[=\s]|require-hashes\b)/.test(line)
  )
}
