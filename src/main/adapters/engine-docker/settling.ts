/** Records completed environments, ends builders that no app waits for, and removes unusable environments. */
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { z } from 'zod'
import { inUse } from '#core/clean-up/leftovers.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { isAlive } from '../process-alive.ts'
import type { DockerConnection } from './asking.ts'
import { homeOf, LABELS } from './container.ts'
import {
  environmentsFolder,
  isGone,
  isOf,
  keyOfName,
  listFolders,
  type Noted,
  readNote,
  readNotes,
  removeFolder,
  removeNote,
  surplus,
  volumeName,
  writeNote
} from './environments.ts'
import { answerStatus } from './errors.ts'
import { identityOf } from './place.ts'
import { inspect, lastWordOf, removeById } from './starting.ts'
import { type EngineTraits, readTraits } from './traits.ts'

/** Where a home's environments are, on one engine. */
export interface EnvironmentsSite {
  readonly connection: DockerConnection
  readonly home: string
  readonly traits: EngineTraits
  /** The Docker it is on. */
  readonly place: string
  /** Folder of the notes. */
  readonly folder: string
}

export async function environmentsSite(
  connection: DockerConnection,
  cacheFolder: string,
  signal?: AbortSignal
): Promise<EnvironmentsSite> {
  const [traits, place] = await Promise.all([readTraits(connection, signal), identityOf(connection, signal)])
  const folder = environmentsFolder(cacheFolder)
  return { connection, home: homeOf(cacheFolder), traits, place, folder }
}

/** Milliseconds for which a new item may still belong to a start in progress. */
const FRESH_MS = 60_000
/** Milliseconds after which no host still waits for a container that answers a question. */
const LONGEST_MS = 15 * 60_000

/** The last line a builder prints. Not trusted: code of the packages can have printed it. */
const Built = z.object({
  python: z.string().max(100),
  bytes: z.number().min(0),
  installed: z.record(z.string().max(200), z.string().max(200))
})

/** Like `settle`, but only if there are builders: fast enough for every start and stop. */
export async function settleBuilders(connection: DockerConnection, cacheFolder: string): Promise<void> {
  const filters = { label: [`${LABELS.home}=${homeOf(cacheFolder)}`, LABELS.role] }
  const helpers = await connection.ask((docker, abortSignal) =>
    docker.listContainers({ all: true, filters, abortSignal })
  )
  if (helpers.length > 0) await settle(await environmentsSite(connection, cacheFolder))
}

export async function settle(site: EnvironmentsSite): Promise<void> {
  const containers = await containersOf(site)
  const used = inUseOf(containers)
  for (const container of containers) {
    if (container.Labels[LABELS.role] === undefined) continue
    await settleHelper(site, container, used).catch(error => {
      // Another host may settle it at the same time. What fails now is done next time.
      if (!(error instanceof AppError)) throw error
    })
  }
  for (const { key } of surplus(await notesHere(site))) {
    await removeEnvironment(site, key).catch(() => undefined)
  }
  await removeGarbage(site, containers)
}

async function settleHelper(
  site: EnvironmentsSite,
  { Id, Labels, State, Created }: Docker.ContainerInfo,
  used: ReadonlySet<string>
): Promise<void> {
  const { connection } = site
  const name = Labels[LABELS.environment]
  const age = Date.now() - Created * 1000
  const isStarterThere = isAlive(Number(Labels[LABELS.starter]))
  if (name === undefined) {
    // Its starter waits for its output, and then removes it.
    const isWanted = isStarterThere && age >= 0 && age < LONGEST_MS
    if (!isWanted) await removeById(connection, Id, true)
  } else if (State === 'running') {
    // A builder starts only after the container of the app that waits for it was created.
    if (!used.has(name)) await removeById(connection, Id, true)
  } else if (State === 'created') {
    const isFresh = isStarterThere && age >= 0 && age < FRESH_MS
    if (!isFresh) await removeById(connection, Id, false)
  } else {
    if ((await inspect(connection, Id))?.State.ExitCode === 0)
      await adopt(site, Id, name, Labels[LABELS.start])
    await removeById(connection, Id, false)
  }
}

/** The name comes from the host's own label: a builder cannot say which environment is complete. */
async function adopt(site: EnvironmentsSite, id: string, name: string, start: string | undefined) {
  if (keyOfName(name) === undefined) return
  const built = Built.safeParse(await lastWordOf(site.connection, id)).data ?? {
    python: '',
    bytes: 0,
    installed: {}
  }
  await writeNote(site.folder, {
    ...{ name, place: site.place, python: built.python, bytes: built.bytes },
    packages: built.installed,
    starts: start ? [start] : []
  })
}

export async function containersOf({
  connection,
  home
}: EnvironmentsSite): Promise<readonly Docker.ContainerInfo[]> {
  return connection.ask((docker, abortSignal) =>
    docker.listContainers({ all: true, filters: { label: [`${LABELS.home}=${home}`] }, abortSignal })
  )
}

/** Names of the environments that running or starting apps use. */
function inUseOf(containers: readonly Docker.ContainerInfo[]): ReadonlySet<string> {
  return new Set(
    containers
      .filter(
        ({ State, Labels }) => State !== 'exited' && State !== 'dead' && Labels[LABELS.role] === undefined
      )
      .flatMap(({ Labels }) => Labels[LABELS.environment] ?? [])
  )
}

export async function environmentsInUse(site: EnvironmentsSite): Promise<ReadonlySet<string>> {
  return inUseOf(await containersOf(site))
}

async function notesHere({ folder, place }: EnvironmentsSite) {
  return (await readNotes(folder)).filter(note => note.place === place)
}

/** CONFLICT while an app uses it. Does nothing if it is gone. */
export async function removeEnvironment(site: EnvironmentsSite, key: string): Promise<void> {
  const note = (await notesHere(site)).find(it => it.key === key)
  if (!note) return
  if ((await environmentsInUse(site)).has(note.name)) throw inUse(t`The environment`)
  await removeNote(site.folder, key)
  // A start creates its container before it reads the note: so either its container is listed here, or it found no
  // note.
  if ((await environmentsInUse(site)).has(note.name)) {
    await restoreNote(site, note)
    throw inUse(t`The environment`)
  }
  await removeContent(site, note.name)
}

/**
 * The start in between uses the environment as it is. With its note back, the next start finds it, unless another was
 * built since.
 */
async function restoreNote({ folder }: EnvironmentsSite, { key, usedAt: _, ...note }: Noted) {
  if (!(await readNote(folder, key))) await writeNote(folder, note)
}

async function removeContent(site: EnvironmentsSite, name: string): Promise<void> {
  if (site.traits.native) return removeFolder(site.folder, name)
  await site.connection.ask(
    async (docker, abortSignal) => {
      await docker.getVolume(volumeName(site.home, name)).remove({ abortSignal })
    },
    {
      // It is gone or in use: Docker does not remove a volume that a container has.
      expected: error => ([404, 409].includes(answerStatus(error) ?? 0) ? { value: undefined } : undefined)
    }
  )
}

/**
 * `containers` were listed before the notes are read, because `adopt` writes the note before a builder's container is
 * removed.
 */
async function removeGarbage(
  site: EnvironmentsSite,
  containers: readonly Docker.ContainerInfo[]
): Promise<void> {
  const named = new Set((await readNotes(site.folder)).map(({ name }) => name))
  const isGarbage = (list: readonly Docker.ContainerInfo[]) => {
    const built = new Set(
      list.flatMap(({ Labels }) => (Labels[LABELS.role] && Labels[LABELS.environment]) || [])
    )
    const used = inUseOf(list)
    return (name: string) => !named.has(name) && !built.has(name) && !used.has(name)
  }
  const names = site.traits.native ? await oldFolders(site) : await oldVolumes(site)
  const found = names.filter(isGarbage(containers))
  if (found.length === 0) return
  for (const name of found.filter(isGarbage(await containersOf(site)))) {
    await removeContent(site, name).catch(() => undefined)
  }
}

async function oldFolders({ folder, place }: EnvironmentsSite): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of await listFolders(folder)) {
    if (!isGone(name) && !isOf(place, name)) continue
    const info = await lstat(join(folder, name)).catch(() => undefined)
    const age = info ? Date.now() - info.birthtimeMs : 0
    if (isGone(name) || age < 0 || age > FRESH_MS) found.push(name)
  }
  return found
}

async function oldVolumes({ connection, home }: EnvironmentsSite): Promise<readonly string[]> {
  const filters = { label: [`${LABELS.home}=${home}`, LABELS.environment] }
  const { Volumes } = await connection.ask((docker, abortSignal) =>
    docker.listVolumes({ filters, abortSignal } as object)
  )
  return (Volumes ?? []).flatMap(volume => {
    const { CreatedAt } = volume as { CreatedAt?: string }
    const age = Date.now() - Date.parse(CreatedAt ?? '')
    const name = volume.Labels[LABELS.environment]
    return name !== undefined && keyOfName(name) && !(age >= 0 && age < FRESH_MS) ? [name] : []
  })
}
