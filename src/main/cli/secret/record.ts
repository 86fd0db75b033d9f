/** Formats a secret as labelled lines, without its values. */
import type { Secret } from '#shared/secret.ts'
import { record, timestamp } from '../format.ts'

export function secretRecord(secret: Secret): string {
  return record([
    ['Name', secret.name],
    ['Keys', secret.keys.join(', ')],
    ['Updated At', timestamp(secret.updatedAt)]
  ])
}
