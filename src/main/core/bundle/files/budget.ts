/** Size limits of a project: the budget its user set and the platform's limits. Files count before compression. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { type BundleLimits, DEFAULT_LIMITS } from '../limits.ts'
import type { WalkedFile } from './walked-file.ts'

const MiB = 1024 ** 2

export const DEFAULT_BUDGET = 100 * MiB

const NAMED = 3

/** Bytes of the included files, before compression. */
export function totalSize(included: readonly Pick<WalkedFile, 'size'>[]): number {
  return included.reduce((sum, file) => sum + file.size, 0)
}

/** A finding that names the largest included files. None if they are within the budget, or if the budget is 0. */
export function budgetFindings(included: readonly WalkedFile[], budget: number): Finding[] {
  const size = totalSize(included)
  if (budget === 0 || size <= budget) return []
  const largest = included.toSorted((a, b) => b.size - a.size).slice(0, NAMED)
  const names = largest.map(file => `${file.path} (${mebibytes(file.size)})`).join(', ')
  const message = t`What goes in has ${mebibytes(size)}, more than the size budget of ${mebibytes(budget)}.
    The largest: ${names}. Leave out what the app does not need, or raise the budget in the settings.`
  return [{ rule: 'size-budget', severity: 'warning', message }]
}

/** Errors for what an import would refuse without reading the content. */
export function limitFindings(
  included: readonly Pick<WalkedFile, 'size'>[],
  { entries, totalBytes }: Pick<BundleLimits, 'entries' | 'totalBytes'> = DEFAULT_LIMITS
): Finding[] {
  const size = totalSize(included)
  const messages = [
    ...(included.length > entries
      ? [
          t`${included.length} files go in, more than the ${entries} a bundle may have. Leave out what the app
            does not need with lines in .q8signore.`
        ]
      : []),
    ...(size > totalBytes
      ? [
          t`What goes in has ${mebibytes(size)}, more than the ${mebibytes(totalBytes)} a bundle may have.
            Leave out what the app does not need with lines in .q8signore.`
        ]
      : [])
  ]
  return messages.map(message => ({ rule: 'bundle-limit', severity: 'error', message }))
}

function mebibytes(bytes: number): string {
  const digits = bytes < 10 * MiB ? 2 : bytes < 1000 * MiB ? 1 : 0
  return `${Number((bytes / MiB).toFixed(digits))} MiB`
}
