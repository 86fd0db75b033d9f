/** Error reports as text, for a bug report or a colleague. The host removes the secrets, since it knows them. */
import type { Client } from '#shared/contract.ts'
import type { ErrorReport } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { plainLine } from '#shared/text.ts'

export function reportText(error: ErrorReport): string {
  return [
    `${error.code}: ${error.message}`,
    ...(error.hint ? [t`What to do: ${error.hint}`] : []),
    ...linesOf(error).map(line => `  ${line}`)
  ].join('\n')
}

/** The last lines of an app, if the error has them. */
export function linesOf(error: ErrorReport): readonly string[] {
  const lines = error.data?.lines ?? error.data?.lastLines
  return Array.isArray(lines) ? lines.filter(line => typeof line === 'string').map(plainLine) : []
}

/** The lines to show beside the message: leaves out a single line that the message already ends with. */
export function linesBesideMessage(error: ErrorReport): readonly string[] {
  const lines = linesOf(error)
  const [only] = lines
  return lines.length === 1 && only !== undefined && error.message.endsWith(only) ? [] : lines
}

/** The report without secrets; if the host cannot remove them, only the error code. */
export async function redactedReport(
  system: Pick<Client['system'], 'redact'> | undefined,
  error: ErrorReport
): Promise<string> {
  try {
    if (system) return (await system.redact({ text: reportText(error) })).text
  } catch {
    // The report says so.
  }
  return [error.code, t`The rest is left out: what is secret in it could not be found out.`].join('\n')
}
