/** Environments of containers that are not in use, and those of earlier versions of q8s. */
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { inUse } from '#core/clean-up/leftovers.ts'
import { t } from '#shared/language.ts'
import type { Leftover } from '#shared/upkeep.ts'
import { environmentLeftover } from '../leftover-environments.ts'
import { sizeOf } from '../platform-local/instances/details.ts'
import { removeTree } from '../remove-tree.ts'
import { LABELS } from './container.ts'
import { readNotes } from './environments.ts'
import { answerStatus } from './errors.ts'
import {
  containersOf,
  type EnvironmentsSite,
  environmentsInUse,
  removeEnvironment,
  settle
} from './settling.ts'

/** Earlier versions had one folder or volume that every app could write to. It is not used any more. */
const EARLIER = 'earlier'
const earlierFolder = (cacheFolder: string) => join(cacheFolder, 'container-envs')
const earlierVolume = (home: string) => `q8s-envs-${home}`

export async function listEnvironments(
  site: EnvironmentsSite,
  cacheFolder: string,
  signal?: AbortSignal
): Promise<readonly Leftover[]> {
  await settle(site)
  const used = await environmentsInUse(site)
  const free = (await readNotes(site.folder)).filter(
    ({ name, place }) => place === site.place && !used.has(name)
  )
  const found: Leftover[] = []
  for (const { key, name, usedAt, python, packages, bytes } of free) {
    // If the size can be measured, do not trust the builder's own report.
    const size = site.traits.native ? await sizeOf(join(site.folder, name), signal) : bytes
    found.push(environmentLeftover({ id: key, usedAt, python, packages, size, whole: true }))
  }
  return [...found, ...(await earlier(site, cacheFolder, signal))]
}

export async function removeLeftoverEnvironment(
  site: EnvironmentsSite,
  cacheFolder: string,
  id: string
): Promise<void> {
  if (id !== EARLIER) return removeEnvironment(site, id)
  if (await isEarlierUsed(site)) throw inUse(t`The environments of an earlier version`)
  await removeTree(earlierFolder(cacheFolder))
  await site.connection.ask(
    async (docker, abortSignal) => {
      await docker.getVolume(earlierVolume(site.home)).remove({ abortSignal })
    },
    { expected: error => (answerStatus(error) === 404 ? { value: undefined } : undefined) }
  )
}

async function earlier(
  site: EnvironmentsSite,
  cacheFolder: string,
  signal?: AbortSignal
): Promise<readonly Leftover[]> {
  const folder = earlierFolder(cacheFolder)
  const info = await lstat(folder).catch(() => undefined)
  const isVolume = await hasEarlierVolume(site)
  if ((!info?.isDirectory() && !isVolume) || (await isEarlierUsed(site))) return []
  const size = info?.isDirectory() ? await sizeOf(folder, signal) : 0
  const usedAt = new Date(info?.mtimeMs ?? 0).toISOString()
  const title = t`Environments of an earlier version`
  return [{ id: EARLIER, kind: 'environment', title, size, usedAt, proposed: true }]
}

function hasEarlierVolume({ connection, home }: EnvironmentsSite): Promise<boolean> {
  return connection.ask(
    async docker => {
      await docker.getVolume(earlierVolume(home)).inspect()
      return true
    },
    { expected: error => (answerStatus(error) === 404 ? { value: false } : undefined) }
  )
}

/** Apps that an earlier version started do not name an environment. */
async function isEarlierUsed(site: EnvironmentsSite): Promise<boolean> {
  return (await containersOf(site)).some(
    ({ State, Labels }) =>
      State !== 'exited' &&
      State !== 'dead' &&
      Labels[LABELS.role] === undefined &&
      !Labels[LABELS.environment]
  )
}
