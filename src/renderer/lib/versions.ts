/** Apps grouped by Name, with their versions in order and the one that counts as latest. */
import { compare, valid } from 'semver'
import { type App, isDeployVersion } from '#shared/app.ts'

export interface AppGroup {
  readonly name: string
  /** Highest first; versions that are no semver come last. */
  readonly versions: readonly App[]
  /** Highest version that no deploy made; the highest of all where there is no other. */
  readonly latest: App
}

/** Groups in the order of their newest change. */
export function groupByName(apps: readonly App[]): readonly AppGroup[] {
  const byName = new Map<string, App[]>()
  for (const app of apps) byName.set(app.name, [...(byName.get(app.name) ?? []), app])
  const groups = [...byName].map(([name, members]) => {
    const versions = members.toSorted((a, b) => compareVersions(b.version, a.version))
    return { name, versions, latest: latestOf(versions) as App }
  })
  return groups.sort((a, b) => newest(b).localeCompare(newest(a)))
}

/** The version a user means by "latest": a deploy never is, unless there is nothing else. */
export function latestOf(versions: readonly App[]): App | undefined {
  const sorted = versions.toSorted((a, b) => compareVersions(b.version, a.version))
  return sorted.find(app => !isDeployVersion(app.version)) ?? sorted[0]
}

/** Below zero when `a` is the lower version. */
export function compareVersions(a: string, b: string): number {
  const validA = valid(a)
  const validB = valid(b)
  if (validA && validB) return compare(validA, validB)
  if (validA || validB) return validA ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}

function newest(group: AppGroup): string {
  return (
    group.versions
      .map(app => app.updatedAt)
      .sort()
      .at(-1) ?? ''
  )
}
