/** Reports errors of the CLI: as text on stderr, as a JSON document, and as a stable exit code. */
import { type ErrorCode, type ErrorReport, reportOf } from '#shared/errors.ts'
import type { Finding } from '#shared/finding.ts'
import { plainLines, plainText, visibleLine } from '#shared/text.ts'
import { UsageError } from './command.ts'
import type { Output } from './output.ts'

const BY_CODE: Readonly<Record<ErrorCode, number>> = {
  INTERNAL: 1,
  INVALID: 3,
  NOT_FOUND: 4,
  CONFLICT: 5,
  UNAUTHENTICATED: 6,
  FORBIDDEN: 6,
  UNAVAILABLE: 7,
  UNSUPPORTED: 8,
  CANCELLED: 130
}

/** The exit codes for help and documents. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'a bug inside q8s; of `bundle diff`: something differs'],
  [2, 'the command line is wrong'],
  [3, 'the manifest, a bundle or a value is not valid'],
  [4, 'not found'],
  [5, 'in conflict with what is there, as a version that exists already'],
  [6, 'not signed in, or not allowed'],
  [7, 'unavailable now, or the app failed'],
  [8, 'not supported here'],
  [130, 'cancelled (Ctrl-C)']
]

export function exitCode(error: unknown): number {
  return error instanceof UsageError ? 2 : BY_CODE[reportOf(error).code]
}

/** The JSON document for a failed command. */
export function errorDocument(error: unknown): { error: ErrorReport } {
  return { error: reportOf(error) }
}

/** `q8s-cli: what happened and why`, then the findings or log lines of the error, then what to do. */
export function complain(output: Output, error: unknown): void {
  const { message, hint, data } = reportOf(error)
  const findings = findingsIn(data)
  // If the message is that of a finding, print only the finding, with its place.
  const same = findings.find(finding => finding.message === message)
  const headline = same ? findingLine(same, output) : indent(plainLines(message)).trimStart()
  output.complain(`${paint(output, '31', 'q8s-cli:')} ${headline}`)
  for (const finding of findings) if (finding !== same) output.complain(`  ${findingLine(finding, output)}`)
  for (const line of stringsIn(data?.lastLines)) output.complain(`  | ${line}`)
  if (hint) output.complain(indent(plainLines(hint)))
}

/** `file:line:column severity message`, the form that editors and terminals make clickable. */
export function findingLine(finding: Finding, output: Output): string {
  const place = [finding.file, finding.line, finding.column].filter(part => part !== undefined).join(':')
  const colours = { error: '31', warning: '33', info: '36' }
  const severity = paint(output, colours[finding.severity], finding.severity)
  return `${place ? `${visibleLine(place)} ` : ''}${severity} ${plainText(finding.message)}`
}

function findingsIn(data: ErrorReport['data']): readonly Finding[] {
  return Array.isArray(data?.findings) ? (data.findings as Finding[]) : []
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}

function paint(output: Output, colour: string, text: string): string {
  return output.colour ? `\x1b[${colour}m${text}\x1b[0m` : text
}
