/** Finds lines of requirements.txt that no installer accepts, and lines that name a module of Python itself. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import type { Range } from '#shared/manifest-text/text.ts'
import { normalName } from '../../python/packages.ts'
import { logicalLines } from '../../python/requirements.ts'
import { STANDARD_LIBRARY } from '../../python/standard-library.ts'
import type { Fix } from './view.ts'

interface LineFault {
  readonly rule: string
  readonly severity: Finding['severity']
  readonly message: string
  readonly range: Range
  readonly fix?: Fix | undefined
}

const NAME = String.raw`[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?`
const CLAUSE = String.raw`(?:~=|={2,3}|!=|<=?|>=?)\s*[^\s,;()]+`
const CLAUSES = String.raw`${CLAUSE}(?:\s*,\s*${CLAUSE})*\s*,?`
/** PEP 508, and pip's options after a requirement. */
const REQUIREMENT = new RegExp(
  String.raw`^${NAME}\s*(?:\[[^\]]*\]\s*)?(?:\(\s*${CLAUSES}\s*\)|${CLAUSES}|@\s*\S.*)?\s*(?:;.*)?(?:\s--.*)?$`
)
const SINGLE_EQUALS = new RegExp(String.raw`^(${NAME})\s*=\s*(\d[^\s=;,]*)\s*$`)
const PLAIN_NAME = new RegExp(String.raw`^(${NAME})\s*(?:[=<>!~].*)?$`)

/** Paths, addresses and texts with variables; other rules and the installer check these. */
const ELSEWHERE = /[\\/]|^\.|:\/\/|\$\{|\.(?:whl|zip|tar\.gz|tar\.bz2|tgz)(?:$|[\s;#[])|^git\+/i

export function lineFaults(text: string): LineFault[] {
  const faults: LineFault[] = []
  for (const { line: written, from } of logicalLines(text)) {
    const line = written.trim()
    const start = from + written.length - written.trimStart().length
    const range = { from: start, to: start + line.length }
    if (line === '' || line.startsWith('-') || ELSEWHERE.test(line.replace(/;.*/, ''))) continue
    if (!REQUIREMENT.test(line)) faults.push(noRequirement(line, range))
    else faults.push(...partOfPython(line, range, text))
  }
  return faults
}

function noRequirement(line: string, range: Range): LineFault {
  const [, name, version] = SINGLE_EQUALS.exec(line) ?? []
  const better = name === undefined ? undefined : `${name}==${version}`
  const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line
  return {
    rule: 'requirements-line',
    severity: 'error',
    message: t`"${shown}" is not a requirement, and the installer refuses the whole file for it. Write one package a line, as in "six==1.16.0".`,
    range,
    fix:
      better === undefined ? undefined : { title: t`Write ${better}`, edits: [{ ...range, insert: better }] }
  }
}

/** A line with a marker is allowed: it may be for an old Python that lacks the module. */
function partOfPython(line: string, range: Range, text: string): LineFault[] {
  const name = PLAIN_NAME.exec(line)?.[1]
  if (name === undefined || !STANDARD_LIBRARY.has(normalName(name).replaceAll('-', '_'))) return []
  const rest = /^[ \t]*\r?\n?/.exec(text.slice(range.to))?.[0].length ?? 0
  return [
    {
      rule: 'requirements-standard-library',
      severity: 'warning',
      message: t`${name} is a part of Python and needs no requirement. The index may have no package of that name, or somebody else's.`,
      range,
      fix: { title: t`Remove the line`, edits: [{ from: range.from, to: range.to + rest, insert: '' }] }
    }
  ]
}
