/** Findings: results of checking a manifest or a bundle, with a place and, if there is one, a quick fix. */
import { z } from 'zod'

/** A replacement of text[from, to) by `insert`; offsets count UTF-16 code units of the manifest's text. */
export const TextEdit = z.object({ from: z.int().min(0), to: z.int().min(0), insert: z.string() })
export type TextEdit = z.infer<typeof TextEdit>

export const Finding = z.object({
  /** Stable name of the rule, kebab-case: `version-semver`. */
  rule: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  /** What is wrong and what to do, in one or two sentences. */
  message: z.string(),
  /** File inside the project, forward slashes; absent if the finding is about the whole project. */
  file: z.string().optional(),
  /** Offsets into that file's text (UTF-16 code units); absent if the finding is about the whole file. */
  range: z.object({ from: z.int().min(0), to: z.int().min(0) }).optional(),
  /** One-based line and column (UTF-16 code units) of range.from. */
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
  /** Dotted key that the finding is about: `Runtime.VolumeSize`, `Env[0].Name`. */
  path: z.string().optional(),
  /** Edits of the same file's text that fix the problem, sorted and without overlaps. */
  fix: z
    .object({
      title: z.string(),
      edits: z.array(TextEdit),
      /** Lines to add to the project's requirements.txt if that fixes the problem; then there are no edits. */
      requirements: z.array(z.string()).optional()
    })
    .optional()
})
export type Finding = z.infer<typeof Finding>

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(finding => finding.severity === 'error')
}

/** Applies edits that are sorted and do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let position = 0
  for (const edit of edits) {
    result += text.slice(position, edit.from) + edit.insert
    position = edit.to
  }
  return result + text.slice(position)
}
