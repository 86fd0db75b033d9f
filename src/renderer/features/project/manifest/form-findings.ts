/** Groups findings by place, so that a field renders only for its own findings. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Finding } from '#shared/finding.ts'

export type FindingsByPath = ReadonlyMap<string, readonly Finding[]>
export type FindingsStore = StoreApi<{ readonly byPath: FindingsByPath }>

export const createFindingsStore = (): FindingsStore => createStore(() => ({ byPath: new Map() }))

/** Lists equal to earlier ones stay the same objects, so that only changed fields render again. */
export function groupByPath(findings: readonly Finding[], before: FindingsByPath): FindingsByPath {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    if (finding.path === undefined) continue
    const group = groups.get(finding.path)
    if (group) group.push(finding)
    else groups.set(finding.path, [finding])
  }
  const shared = new Map<string, readonly Finding[]>()
  for (const [path, group] of groups) {
    const old = before.get(path)
    const same = old?.length === group.length && group.every((finding, at) => sameFinding(finding, old[at]))
    shared.set(path, same ? old : group)
  }
  return shared
}

/** True if both report the same for the same place, even if their texts differ. */
export function sameFinding(a: Finding, b: Finding | undefined): boolean {
  return (
    a.rule === b?.rule &&
    a.path === b.path &&
    a.message === b.message &&
    a.severity === b.severity &&
    a.fix?.title === b.fix?.title
  )
}
