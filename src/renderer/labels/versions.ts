/** Groups apps by Name, with ordered versions and the latest version. */
import { compare, parse, type SemVer } from 'semver'
import { type App, isDeployVersion } from '#shared/app.ts'

export interface AppGroup {
  readonly name: string
  /** Highest first; versions that are not semver come last. */
  readonly versions: readonly App[]
  /** Highest version that is not a test version; the highest of all if there are only test versions. */
  readonly latest: App
  /** When a version was last changed or added. */
  readonly changed: string
}

/** Groups, ordered by their newest change. */
export function groupByName(apps: readonly App[]): readonly AppGroup[] {
  const byName = new Map<string, App[]>()
  for (const app of apps) {
    const members = byName.get(app.name)
    if (members) members.push(app)
    else byName.set(app.name, [app])
  }
  const groups = [...byName].map(([name, members]) => {
    const versions = highestFirst(members)
    const latest = versions.find(app => !isDeployVersion(app.version)) ?? (versions[0] as App)
    return { name, versions, latest, changed: newest(members) }
  })
  return groups.sort((a, b) => (a.changed < b.changed ? 1 : a.changed > b.changed ? -1 : 0))
}

/** The version a user means by "latest": not a test version, unless there are no others. */
export function latestOf(versions: readonly App[]): App | undefined {
  const sorted = highestFirst(versions)
  return sorted.find(app => !isDeployVersion(app.version)) ?? sorted[0]
}

/** Negative if `a` is the lower version. */
export function compareVersions(a: string, b: string): number {
  return order({ text: a, version: parse(a) }, { text: b, version: parse(b) })
}

interface Parsed {
  readonly text: string
  readonly version: SemVer | null
}

function order(a: Parsed, b: Parsed): number {
  if (a.version && b.version) return compare(a.version, b.version)
  if (a.version || b.version) return a.version ? 1 : -1
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0
}

/** Parses each version once, however often it is compared. */
function highestFirst(apps: readonly App[]): App[] {
  return apps
    .map(app => ({ app, text: app.version, version: parse(app.version) }))
    .sort((a, b) => order(b, a))
    .map(({ app }) => app)
}

function newest(apps: readonly App[]): string {
  return apps.reduce((last, { updatedAt }) => (updatedAt > last ? updatedAt : last), '')
}
