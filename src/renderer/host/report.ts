/** Reports of errors as text, for a bug or a colleague: what is secret is taken out by the host, which knows it. */
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

/** The last lines of an app, where the error carries them. */
export function linesOf(error: ErrorReport): readonly string[] {
  const lines = error.data?.lines ?? error.data?.lastLines
  return Array.isArray(lines) ? lines.filter(line => typeof line === 'string').map(plainLine) : []
}

/** The same beside its message: not the only one, where the message ends with it already. */
export function linesBesideMessage(error: ErrorReport): readonly string[] {
  const lines = linesOf(error)
  const [only] = lines
  return lines.length === 1 && only !== undefined && error.message.endsWith(only) ? [] : lines
}

/** Without a host that knows the secrets, whatever may hold one is left out. */
export async function redactedReport(
  system: Pick<Client['system'], 'redact'> | undefined,
  error: ErrorReport
): Promise<string> {
  try {
    if (system) return (await system.redact({ text: reportText(error) })).text
  } catch {
    // Told in the report itself.
  }
  return [error.code, t`The rest is left out: what is secret in it could not be found out.`].join('\n')
}
