/** Turns input that does not fit its schema into an error that names the field. */
import { ORPCError } from '@orpc/server'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

interface Issue {
  readonly message: string
  readonly path?: readonly unknown[]
  readonly issues?: readonly Issue[]
}

/** Turns refused input into INVALID, naming the field; returns every other error unchanged. */
export function refusedInput(error: unknown): unknown {
  if (!(error instanceof ORPCError) || error.code !== 'BAD_REQUEST') return error
  const issues = (error.data as { issues?: Issue[] } | undefined)?.issues ?? []
  const message = issues.map(textOf).join('; ') || error.message
  return new AppError('INVALID', t`The request is not valid: ${message}.`, undefined, { cause: error })
}

function textOf({ path = [], ...issue }: Issue): string {
  // For a refused key, the inner issue gives the reason.
  const message = issue.issues?.[0]?.message ?? issue.message
  const field = path.map(part => String((part as { key?: unknown })?.key ?? part)).join('.')
  return field ? `${field}: ${message}` : message
}
