/** The identity of a bundle. */
import { z } from 'zod'

/** Lower-case hex SHA-256 of a bundle's bytes. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits')
