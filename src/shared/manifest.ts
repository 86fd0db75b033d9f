/** The manifest: the parsed `q-app.toml` (developer guide, "q-app.toml"), and the fields today's `app.toml` adds. */
import { z } from 'zod'

/** Categories the guide's UI recognises; others are allowed and noted. */
export const CATEGORIES = [
  'Data Science',
  'Financial Services',
  'Healthcare',
  'Insurance',
  'Manufacturing',
  'Marketing',
  'Retail',
  'Sales',
  'Telecommunications',
  'Other'
] as const

export const EnvEntry = z.object({
  Name: z.string(),
  /** Name of the secret on the platform, and the key within it. */
  Secret: z.string().optional(),
  SecretKey: z.string().optional(),
  /** A literal value, exclusive with Secret; a field of today's app.toml. */
  Value: z.string().optional()
})
export type EnvEntry = z.infer<typeof EnvEntry>

/** The fields q8s acts on. Everything else in the file is kept as text and never interpreted. */
export const Manifest = z.object({
  App: z.object({
    Name: z.string(),
    Version: z.string(),
    Title: z.string().optional(),
    Description: z.string().optional(),
    Category: z.string().optional(),
    Keywords: z.array(z.string()).optional()
  }),
  Runtime: z.object({
    Module: z.string(),
    VolumeMount: z.string().optional(),
    VolumeSize: z.string().optional(),
    MemoryLimit: z.string().optional(),
    MemoryReservation: z.string().optional()
  }),
  Env: z.array(EnvEntry).default([])
})
export type Manifest = z.infer<typeof Manifest>
