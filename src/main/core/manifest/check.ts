/** Checks a manifest: by its text alone, or together with the files that go into the bundle. */
import type { Finding } from '#shared/finding.ts'
import type { Manifest } from '#shared/manifest.ts'
import { manifestOf } from './parse.ts'
import { textRules } from './rules/text-rules.ts'
import { viewOf } from './rules/view.ts'
import { parseToml } from './toml.ts'

export interface Checked {
  /** Errors first, then in the order of the text. */
  readonly findings: Finding[]
  /** Where it parses far enough to be acted on. */
  readonly manifest?: Manifest
}

/** A project as the rules see it: a folder, a bundle or an import alike. */
export interface ProjectSource {
  /** The manifest's path, forward slashes: `q-app.toml`. */
  readonly file: string
  readonly text: Uint8Array | string
  /** The files that go into the bundle, forward slashes, no folders. */
  readonly paths: ReadonlySet<string>
  /** Bytes of one of `paths`. */
  read(path: string): Promise<Uint8Array>
}

/** The rules that need nothing but the text; `file` is what findings name. Never throws. */
export function checkManifest(source: Uint8Array | string, file: string): Checked {
  const document = parseToml(source)
  const view = viewOf(document)
  const found = [...document.findings, ...(view ? textRules(view) : [])]
  const findings = inOrder(found.map(finding => ({ ...finding, file })))
  const manifest = document.values && manifestOf(document.values)
  return manifest ? { findings, manifest } : { findings }
}

/** All rules. Throws only what `read` throws. */
export async function checkProject(project: ProjectSource): Promise<Checked> {
  return checkManifest(project.text, project.file)
}

function inOrder(findings: Finding[]): Finding[] {
  const weight = { error: 0, warning: 1, info: 2 }
  return findings.sort(
    (left, right) =>
      weight[left.severity] - weight[right.severity] || (left.range?.from ?? 0) - (right.range?.from ?? 0)
  )
}
