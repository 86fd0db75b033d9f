/** Labels, tones and shapes for the states of checks. */
import { t } from '#shared/language.ts'
import type { Check } from '#shared/system.ts'
import type { Tone } from './instance.ts'

export const CHECK_TONES = {
  ok: 'good',
  notice: 'busy',
  failed: 'bad',
  skipped: 'off'
} as const satisfies Record<Check['state'], Tone>

export const CHECK_LABELS = {
  ok: t`Works`,
  notice: t`Notice`,
  failed: t`Does not work`,
  skipped: t`Not checked`
} as const satisfies Record<Check['state'], string>
