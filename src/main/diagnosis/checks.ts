/** The diagnosis as a whole: each check on its own, so that one that fails or hangs takes no other with it. */
import type { HomeFolders } from '#core/paths.ts'
import type { Engine, Keychain } from '#core/ports.ts'
import { AppError, reportOf } from '#shared/errors.ts'
import type { Platform } from '#shared/platform.ts'
import { CHECK_IDS, type Check, type CheckId, type Settings } from '#shared/system.ts'
import { checkClock, checkDisk, checkNetwork, checkPort } from './computer.ts'
import { checkEngines } from './engines.ts'

/** Milliseconds a check may take. */
const PATIENCE_MS = 15_000

export interface Diagnosed {
  readonly folders: HomeFolders
  readonly settings: () => Promise<Settings>
  readonly engines: () => Promise<readonly Engine[]>
  readonly platform: () => Promise<Platform>
  readonly keychain: () => Promise<Keychain>
  readonly env?: NodeJS.ProcessEnv
  readonly now?: () => Date
}

export type RunChecks = (only?: readonly CheckId[], signal?: AbortSignal) => Promise<Check[]>

type Look = (signal: AbortSignal) => Promise<readonly Check[]>

const TITLES: Readonly<Record<CheckId, string>> = {
  docker: 'Docker',
  image: 'Runtime image',
  process: 'Python',
  platform: 'Local platform',
  keychain: 'Keychain',
  disk: 'Disk space',
  clock: 'Clock',
  port: 'Port',
  network: 'Certificates and proxy'
}

export function createChecks(it: Diagnosed): RunChecks {
  const { env = process.env, now = () => new Date() } = it
  const looks: readonly (readonly [ids: readonly CheckId[], look: Look])[] = [
    [
      ['docker', 'image', 'process'],
      async signal => checkEngines(await it.engines(), (await it.settings()).engine, signal)
    ],
    [['platform'], async signal => [await checkPlatform(await it.platform(), it.folders, signal)]],
    [['keychain'], async () => [await checkKeychain(await it.keychain(), it.platform)]],
    [['disk'], async () => [await checkDisk(it.folders)]],
    [['clock'], async signal => [await checkClock(await it.platform(), now(), signal)]],
    [['port'], async signal => [await checkPort(await it.platform(), signal)]],
    [['network'], async () => [await checkNetwork(env)]]
  ]

  return async (only, signal) => {
    const isWanted = (id: CheckId) => only === undefined || only.includes(id)
    const wanted = looks.filter(([ids]) => ids.some(isWanted))
    const found = await Promise.all(wanted.map(([ids, look]) => outcome(ids, look, signal)))
    return found
      .flat()
      .filter(({ id }) => isWanted(id))
      .sort((a, b) => CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id))
  }
}

async function outcome(ids: readonly CheckId[], look: Look, signal?: AbortSignal): Promise<readonly Check[]> {
  const timeout = AbortSignal.timeout(PATIENCE_MS)
  const late = new Promise<never>((_, reject) => {
    timeout.addEventListener('abort', () => reject(noAnswer()), { once: true })
  })
  try {
    return await Promise.race([look(signal ? AbortSignal.any([signal, timeout]) : timeout), late])
  } catch (thrown) {
    signal?.throwIfAborted()
    const { message, hint } = reportOf(timeout.aborted ? noAnswer() : thrown)
    return ids.map(id => ({
      ...{ id, title: TITLES[id], state: 'failed' as const, checked: TITLES[id], message, hint },
      details: []
    }))
  }
}

function noAnswer(): AppError {
  return new AppError(
    'UNAVAILABLE',
    `There was no answer within ${PATIENCE_MS / 1000} seconds.`,
    'Try again.'
  )
}

async function checkPlatform(platform: Platform, folders: HomeFolders, signal: AbortSignal): Promise<Check> {
  const common = {
    id: 'platform',
    title: 'Local platform',
    checked: `The state in ${folders.state}: that it opens, and can be written`
  } as const
  await platform.apps.list({}, { signal })
  return { ...common, state: 'ok', message: 'Ready.', details: [] }
}

/** What protects the secrets: the keychain, or what is told where there is none. */
async function checkKeychain(keychain: Keychain, platform: () => Promise<Platform>): Promise<Check> {
  const [probe, notices] = await Promise.all([
    keychain.probe(),
    platform()
      .then(opened => opened.info())
      .then(
        info => info.notices,
        () => []
      )
  ])
  const common = {
    id: 'keychain',
    title: 'Keychain',
    checked: 'Writing, reading and removing an entry of the keychain of this system'
  } as const
  if (!probe.ok) {
    const details = notices.filter(notice => !notice.startsWith(probe.message))
    return { ...common, state: 'notice', message: probe.message, hint: probe.hint, details }
  }
  if (notices.length === 0)
    return { ...common, state: 'ok', message: 'It works, and can protect the secrets.', details: [] }
  return { ...common, state: 'notice', message: notices.join(' '), details: [] }
}
