/** Finds the environment an app needs, or lets a builder make it; see resources/runtime/q8s_launcher/build.py. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import { z } from 'zod'
import { openBundle } from '#core/bundle/read/open.ts'
import { makeFolder } from '#core/files/files.ts'
import type { RunSpec } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { isInstallVariable } from '../host-settings.ts'
import {
  bundleMount,
  bundleUrl,
  confinementOf,
  type EnvironmentMount,
  LABELS,
  LOG_CONFIG,
  memoryOf,
  mountOfEnvironment,
  mountsOfHost,
  PATHS,
  userOf
} from './container.ts'
import {
  digest,
  type Note,
  newName,
  noteUse,
  readNote,
  readNotes,
  removeFolder,
  volumeName
} from './environments.ts'
import { answerStatus } from './errors.ts'
import type { HandedSettings } from './handed-settings.ts'
import { INPUT_OPTIONS, startWithInput } from './input.ts'
import { type EnvironmentsSite, settle } from './settling.ts'
import { inspect, isBeingStarted, lastWordOf, removeById, type StartedEnvironment } from './starting.ts'

/** What decides which environment is needed and how it is built. */
export interface EnvironmentNeeds {
  readonly spec: RunSpec
  /** ID of the image. */
  readonly image: string
  readonly handed: HandedSettings
  readonly network: string | undefined
  /** Variables of the app that its requirements name. */
  readonly named?: Readonly<Record<string, string>>
}

/** An environment that a container is about to use. */
export interface ChosenEnvironment extends StartedEnvironment {
  readonly mount: EnvironmentMount
  /** Called if the start failed, so that no other start waits for a builder that never begins. */
  abandon(): Promise<void>
}

const REQUIREMENTS = 'requirements.txt'
const REQUIREMENTS_BYTES = 1024 * 1024
/** Milliseconds between two checks of a builder that another start is about to begin. */
const BEGIN_MS = 50
/** Milliseconds a container may take to read a bundle and print its key. */
const KEY_MS = 10 * 60_000

/** Undefined if the bundle cannot be read: the app's own launcher then finds the problem and reports it in the log. */
export async function environmentFor(
  site: EnvironmentsSite,
  needs: EnvironmentNeeds,
  signal?: AbortSignal
): Promise<ChosenEnvironment | undefined> {
  const notes = (await readNotes(site.folder)).filter(({ place }) => place === site.place)
  const find = (start: string) => notes.find(({ starts }) => starts.includes(start))
  const settings = await digestOfSettings(needs)
  const ofBundle = digest([settings, needs.spec.bundle.sha256])
  const known = find(ofBundle)
  if (known) return ready(site, known, ofBundle)
  // Another version with the same requirements.txt may have been started: this is the usual case during development.
  const ofText = digest([settings, await requirementsOf(needs.spec)])
  const alike = find(ofText)
  if (alike) return ready(site, alike, ofBundle)
  const content = await askKey(site, needs, signal)
  if (content === undefined) return undefined
  const key = digest([content.key, installVariables(needs.spec), site.place])
  // Use the text that the launcher read: an archive can be made so that another reader sees a different text.
  const ofNext = content.alone ? digest([settings, content.text]) : ofBundle
  // The values of these variables may differ next time.
  const start = content.variables.length > 0 ? '' : ofNext
  const noted = await readNote(site.folder, key)
  const named = namedVariables(needs.spec, content.variables)
  return noted ? ready(site, noted, start) : building(site, { ...needs, named }, key, start)
}

function ready(
  site: EnvironmentsSite,
  note: Note & { readonly key: string },
  start: string
): ChosenEnvironment {
  const current = () => readNote(site.folder, note.key)
  const isThere = async () => (await current())?.name === note.name
  return {
    mount: mountOf(site, note.key, note.name),
    isThere,
    begin: isThere,
    async taken() {
      const now = await current()
      if (now?.name === note.name) await noteUse(site.folder, now, start)
    },
    abandon: async () => undefined
  }
}

/** Joins a builder that already works on it, or creates one that begins once the app's container exists. */
async function building(
  site: EnvironmentsSite,
  needs: EnvironmentNeeds,
  key: string,
  start: string
): Promise<ChosenEnvironment> {
  const { connection } = site
  const name = `q8s-environment-${site.home}-${key}`
  const found = await inspect(connection, name)
  if (found) {
    const environment = found.Config.Labels[LABELS.environment] ?? ''
    if (found.State.Running || isBeingStarted(found)) {
      return joined(site, found.Id, mountOf(site, key, environment), key)
    }
    await settle(site)
    const noted = await readNote(site.folder, key)
    if (noted) return ready(site, noted, start)
  }
  const environment = newName(key, site.place)
  const mount = mountOf(site, key, environment)
  if (mount.type === 'bind') await makeFolder(mount.source)
  const labels = { [LABELS.environment]: environment, [LABELS.start]: start }
  const id = await create(site, needs, 'build', {
    name,
    labels,
    mounts: [mountOfEnvironment(mount, false, { ...labelsOf(site, 'build'), ...labels })],
    hostConfig: { ...memoryOf(needs.spec), ...(needs.network ? { NetworkMode: needs.network } : {}) }
  })
  if (id === undefined) {
    // Another host created the builder first.
    if (mount.type === 'bind') await removeFolder(site.folder, environment)
    return building(site, needs, key, start)
  }
  let started: Promise<void> | undefined
  return {
    mount,
    isThere: async () => true,
    async begin() {
      // Not awaited here: the app's container starts at the same time, with its progress page.
      started = startWithInput(connection, id, orderOf(needs, mount.root))
      started.catch(() => undefined)
      return true
    },
    taken: async () => started,
    async abandon() {
      if (!started) await removeById(connection, id, false)
    }
  }
}

/** The environment of a builder that another start created. */
function joined(site: EnvironmentsSite, id: string, mount: EnvironmentMount, key: string): ChosenEnvironment {
  // It may complete while the app's container is created.
  const isNoted = async () => (await readNote(site.folder, key))?.name === mount.name
  return {
    mount,
    isThere: async () => (await inspect(site.connection, id)) !== undefined || (await isNoted()),
    async begin() {
      for (;;) {
        const builder = await inspect(site.connection, id)
        if (!builder) return isNoted()
        if (builder.State.Status !== 'created') return true
        if (!isBeingStarted(builder)) return false
        await delay(BEGIN_MS)
      }
    },
    taken: async () => undefined,
    abandon: async () => undefined
  }
}

function mountOf(site: EnvironmentsSite, key: string, name: string): EnvironmentMount {
  const root = `${PATHS.envCache}/${key}`
  return site.traits.native
    ? { type: 'bind', source: join(site.folder, name), name, root }
    : { type: 'volume', source: volumeName(site.home, name), name, root }
}

/** Settings of pip, uv and proxies among the app's own variables: its package index may need them. */
function installVariables({ env }: RunSpec): Readonly<Record<string, string>> {
  const chosen = Object.entries(env).filter(([name]) => isInstallVariable(name))
  return Object.fromEntries(chosen.sort(([left], [right]) => (left < right ? -1 : 1)))
}

function namedVariables({ env }: RunSpec, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => names.includes(name)))
}

/** Digest of everything that affects the environment, except the bundle. */
async function digestOfSettings({ spec, image, handed }: EnvironmentNeeds): Promise<string> {
  const files = await Promise.all(
    handed.mounts.map(async ({ source, target }) => {
      const info = await stat(source).catch(() => undefined)
      return [source, target, info?.isFile() ? [info.size, info.mtimeMs] : []]
    })
  )
  return digest([image, Object.entries(handed.env), files, installVariables(spec)])
}

/**
 * SHA-256 of requirements.txt, or null if there is none. Only used to find complete environments: a build always asks
 * for the key.
 */
async function requirementsOf({ bundle }: RunSpec): Promise<string | null> {
  try {
    const opened = await openBundle(bundle.path)
    try {
      return createHash('sha256')
        .update(await opened.read(REQUIREMENTS, REQUIREMENTS_BYTES))
        .digest('hex')
    } finally {
      await opened.close()
    }
  } catch (error) {
    // The launcher reports the problem with the bundle.
    if (error instanceof AppError) return null
    throw error
  }
}

function orderOf({ spec, handed, named }: EnvironmentNeeds, root: string) {
  return {
    env: { ...handed.env, ...named, ...installVariables(spec) },
    url: bundleUrl(spec),
    sha256: spec.bundle.sha256,
    appRoot: PATHS.appRoot,
    constraints: PATHS.constraints,
    root
  }
}

const Answer = z.object({
  key: z.string().regex(/^[0-9a-f]{32}$/),
  /** Only requirements.txt of the bundle affects the environment; `text` is its SHA-256. */
  alone: z.boolean(),
  text: z.string().nullable(),
  variables: z.array(z.string())
})

/** Reads the bundle as data, in a container without a network. Undefined if something is wrong with the bundle. */
async function askKey(
  site: EnvironmentsSite,
  needs: EnvironmentNeeds,
  signal?: AbortSignal
): Promise<z.infer<typeof Answer> | undefined> {
  const { connection } = site
  signal?.throwIfAborted()
  const id = await create(site, needs, 'key', { hostConfig: { NetworkMode: 'none', ExtraHosts: [] } })
  if (id === undefined) return undefined
  try {
    // No code of the bundle runs there, so it gets all variables, to find those that the requirements name.
    await startWithInput(connection, id, orderOf({ ...needs, named: needs.spec.env }, ''))
    await connection.ask(
      async (docker, abortSignal) => {
        await docker.getContainer(id).wait({ abortSignal })
      },
      { signal, timeoutMs: KEY_MS }
    )
    return Answer.safeParse(await lastWordOf(connection, id)).data
  } finally {
    await removeById(connection, id, true).catch(() => undefined)
  }
}

interface Making {
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly mounts?: readonly Docker.MountSettings[]
  readonly hostConfig: Docker.HostConfig
}

function labelsOf({ home }: EnvironmentsSite, role: 'key' | 'build') {
  return { [LABELS.home]: home, [LABELS.role]: role, [LABELS.starter]: String(process.pid) }
}

/** Undefined if the name is taken. Has no signal: Docker would create it even after an abort. */
function create(
  site: EnvironmentsSite,
  { spec, image, handed }: EnvironmentNeeds,
  role: 'key' | 'build',
  { name, labels, mounts = [], hostConfig }: Making
): Promise<string | undefined> {
  const options: Docker.ContainerCreateOptions = {
    ...(name === undefined ? {} : { name }),
    Image: image,
    ...userOf(site.traits),
    ...INPUT_OPTIONS,
    Entrypoint: ['python3', '-m', 'q8s_launcher.build', role],
    WorkingDir: '/runtime',
    Labels: { ...labelsOf(site, role), ...labels },
    HostConfig: {
      ...confinementOf(site.traits, handed),
      Mounts: [...mounts, bundleMount(spec), ...mountsOfHost(handed)],
      LogConfig: LOG_CONFIG,
      ...hostConfig
    }
  }
  return site.connection.ask(
    async (docker, abortSignal) => (await docker.createContainer({ ...options, abortSignal })).id,
    { expected: error => (answerStatus(error) === 409 ? { value: undefined } : undefined) }
  )
}
