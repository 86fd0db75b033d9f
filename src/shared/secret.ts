/** Secrets: named sets of key-value pairs on a platform. Values go in and never come out through the contract. */
import { z } from 'zod'
import { t } from './language.ts'
import { NOT_FOUND, procedure } from './procedure.ts'

/** A DNS-style name, as for secrets in Kubernetes. */
export const SecretName = z.string().regex(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, {
  error: () => t`letters, digits, "-", "_" and ".", at most 63`
})
export const SecretKey = z
  .string()
  .regex(/^[-A-Za-z0-9_.]{1,253}$/, { error: () => t`letters, digits, "-", "_" and ".", at most 253` })

export const Secret = z.object({ name: z.string(), keys: z.array(z.string()), updatedAt: z.iso.datetime() })
export type Secret = z.infer<typeof Secret>

export const secretsContract = {
  list: procedure.route({ method: 'GET', path: '/secrets' }).output(z.array(Secret)),
  /** Adds or replaces the given keys; other keys of the secret stay. */
  set: procedure
    .route({ method: 'PUT', path: '/secrets/{name}' })
    .input(z.object({ name: SecretName, values: z.record(SecretKey, z.string().max(1024 * 1024)) }))
    .output(Secret),
  /** Removes the whole secret, or only the given keys. */
  remove: procedure
    .route({ method: 'DELETE', path: '/secrets/{name}' })
    .errors(NOT_FOUND)
    .input(z.object({ name: z.string(), keys: z.array(z.string()).optional() }))
    .output(z.void())
}
