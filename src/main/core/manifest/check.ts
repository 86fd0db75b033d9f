/** Checks a manifest: its text alone, or together with the files of the bundle. */
import type { Finding } from '#shared/finding.ts'
import type { Manifest } from '#shared/manifest.ts'
import { parseToml } from '#shared/manifest-text/parse.ts'
import { manifestOf } from './parse.ts'
import type { ProjectSource } from './project-source.ts'
import { textRules } from './rules/text-rules.ts'
import { type TreeRule, treeOf } from './rules/tree.ts'
import { importsInTree } from './rules/tree-imports.ts'
import { lfsInTree } from './rules/tree-lfs.ts'
import { manifestInTree } from './rules/tree-manifest.ts'
import { moduleFix, moduleInTree } from './rules/tree-module.ts'
import { requirementsInTree } from './rules/tree-requirements.ts'
import { shadowsInTree } from './rules/tree-shadows.ts'
import { staticInTree } from './rules/tree-static.ts'
import { type ManifestView, viewOf } from './rules/view.ts'

export { MAX_CHECKED_BYTES, type ProjectSource } from './project-source.ts'

export interface Checked {
  /** Errors first, then in the order of the text. */
  readonly findings: Finding[]
  /** Absent if a required field is missing or is not a text. */
  readonly manifest?: Manifest
}

/** Applies the rules that need only the text; `file` is the name used in findings. Never throws. */
export function checkManifest(source: Uint8Array | string, file: string): Checked {
  const { findings, manifest } = examine(source, file)
  return { findings: inOrder(findings), ...(manifest ? { manifest } : {}) }
}

/** Applies all rules. A file that cannot be read becomes a finding; throws only if `read` is cancelled. */
export async function checkProject(project: ProjectSource): Promise<Checked> {
  const { findings, manifest, view } = examine(project.text, project.file)
  const tree = treeOf(project, view)
  const fix = findings.some(isModuleRequired) ? await moduleFix(tree) : undefined
  const all = fix
    ? findings.map(finding => (isModuleRequired(finding) ? { ...finding, fix } : finding))
    : findings
  for (const rule of TREE_RULES) all.push(...(await rule(tree)))
  all.push(...tree.unread)
  return { findings: inOrder(all), ...(manifest ? { manifest } : {}) }
}

const TREE_RULES: readonly TreeRule[] = [
  manifestInTree,
  moduleInTree,
  requirementsInTree,
  importsInTree,
  shadowsInTree,
  staticInTree,
  lfsInTree
]

function examine(source: Uint8Array | string, file: string): Checked & { view?: ManifestView | undefined } {
  const document = parseToml(source)
  const view = viewOf(document)
  const findings = [...document.findings, ...(view ? textRules(view) : [])].map(finding => ({
    ...finding,
    file
  }))
  const manifest = document.values && manifestOf(document.values)
  return { findings, view, ...(manifest ? { manifest } : {}) }
}

function isModuleRequired(finding: Finding): boolean {
  return finding.rule === 'module-required'
}

function inOrder(findings: Finding[]): Finding[] {
  const weight = { error: 0, warning: 1, info: 2 }
  return findings.sort(
    (left, right) =>
      weight[left.severity] - weight[right.severity] || (left.range?.from ?? 0) - (right.range?.from ?? 0)
  )
}
