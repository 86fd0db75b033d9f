/** The connection test: installs a small package as the launcher does for an app, and reads the program's answer. */
import { z } from 'zod'
import type { ConnectionTest } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** Arguments for a Python whose working folder is the launcher's. */
export const TEST_CONNECTION = ['-B', '-m', 'q8s_launcher.connection'] as const

/** Milliseconds after which the test is stopped. The test has shorter limits of its own. */
export const TEST_CONNECTION_MS = 150_000

const Answer = z.object({ ok: z.boolean(), message: z.string(), hint: z.string().nullish() })

/** `output` is what the program printed. UNAVAILABLE if it is not an answer. */
export function readConnectionTest(output: string): ConnectionTest {
  const answer = Answer.safeParse(parsed(output.trim().split('\n').at(-1) ?? ''))
  if (!answer.success) {
    const said = output.trim().slice(-400)
    throw new AppError(
      'UNAVAILABLE',
      said
        ? t`The connection could not be tested: Python said ${said}.`
        : t`The connection could not be tested: Python said nothing.`,
      t`Try again.`
    )
  }
  const { ok, message, hint } = answer.data
  return { ok, message, hint: hint ?? undefined }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
