/** The manifest: the parsed `q-app.toml` (developer guide, "q-app.toml"), and the fields of today's `app.toml`. */
import { z } from 'zod'

/** Categories that the guide's UI knows; others are allowed and cause a finding. */
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
  /** Name of the secret on the platform, and its key. */
  Secret: z.string().optional(),
  SecretKey: z.string().optional(),
  /** A literal value; excludes Secret. A field of today's app.toml. */
  Value: z.string().optional()
})
export type EnvEntry = z.infer<typeof EnvEntry>

/** The fields q8s uses. The rest of the file is kept as text and never interpreted. */
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
