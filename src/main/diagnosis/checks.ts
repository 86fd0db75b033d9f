/** The diagnosis as a whole: each check on its own, so that one that fails or hangs takes no other with it. */
import type { HomeFolders } from '#core/host/folders.ts'
import type { Engine, Keychain } from '#core/ports.ts'
import { AppError, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Platform } from '#shared/platform.ts'
import { CHECK_IDS, type Check, type CheckId, type Settings } from '#shared/system.ts'
import { checkClock, checkDisk, checkPort } from './computer.ts'
import { withDocumentation } from './documentation.ts'
import { checkEngines } from './engines.ts'
import { checkConnection, checkNetwork } from './network.ts'
import { checkRecords, checkSecrets, type Records } from './records.ts'

/** Milliseconds a check may take, and one that installs something. */
const PATIENCE_MS = 15_000
const CONNECT_MS = 180_000

export interface Diagnosed {
  readonly folders: HomeFolders
  readonly settings: () => Promise<Settings>
  readonly engines: () => Promise<readonly Engine[]>
  readonly platform: () => Promise<Platform>
  /** What the platform can say of its own records. */
  readonly records: () => Promise<Records>
  readonly keychain: () => Promise<Keychain>
  readonly env?: NodeJS.ProcessEnv
  readonly now?: () => Date
}

export interface Wanted {
  /** All of them where it is not given. */
  readonly only?: readonly CheckId[] | undefined
  /** Ask the package index, too. */
  readonly connect?: boolean | undefined
}

export type RunChecks = (wanted?: Wanted, signal?: AbortSignal) => Promise<Check[]>

interface Look {
  readonly ids: readonly CheckId[]
  look(signal: AbortSignal): Promise<readonly Check[]>
  /** Milliseconds it may take; PATIENCE_MS where it is not given. */
  readonly patience?: number
}

const titles = (): Readonly<Record<CheckId, string>> => ({
  docker: 'Docker',
  image: t`Runtime image`,
  process: 'Python',
  platform: t`Local platform`,
  secrets: t`Secrets`,
  keychain: t`Keychain`,
  disk: t`Disk space`,
  clock: t`Clock`,
  port: t`Port`,
  network: t`Certificates and proxy`
})

export function createChecks(it: Diagnosed): RunChecks {
  const { env = process.env, now = () => new Date() } = it
  const one = (id: CheckId, look: (signal: AbortSignal) => Promise<Check>): Look => ({
    ids: [id],
    look: async signal => [await look(signal)]
  })
  const looks: readonly Look[] = [
    {
      ids: ['docker', 'image', 'process'],
      look: async signal => checkEngines(await it.engines(), (await it.settings()).engine, signal)
    },
    one('platform', async signal =>
      checkRecords(await it.platform(), await it.records(), it.folders, signal)
    ),
    one('secrets', async signal => checkSecrets(await it.platform(), await it.records(), signal)),
    one('keychain', async () => checkKeychain(await it.keychain(), it.platform)),
    one('disk', () => checkDisk(it.folders)),
    one('clock', async signal => checkClock(await it.platform(), now(), signal)),
    one('port', async signal => checkPort(await it.platform(), signal))
  ]
  const configured = one('network', () => checkNetwork(env))
  const connected = {
    ...one('network', async signal =>
      checkConnection(await it.engines(), (await it.settings()).engine, env, signal)
    ),
    patience: CONNECT_MS
  }

  return async ({ only, connect = false } = {}, signal) => {
    const isWanted = (id: CheckId) => only === undefined || only.includes(id)
    const wanted = [...looks, connect ? connected : configured].filter(({ ids }) => ids.some(isWanted))
    const found = await Promise.all(wanted.map(look => outcome(look, signal)))
    return found
      .flat()
      .filter(({ id }) => isWanted(id))
      .map(check => withDocumentation(check))
      .sort((a, b) => CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id))
  }
}

async function outcome(
  { ids, look, patience = PATIENCE_MS }: Look,
  signal?: AbortSignal
): Promise<readonly Check[]> {
  const timeout = AbortSignal.timeout(patience)
  const late = new Promise<never>((_, reject) => {
    timeout.addEventListener('abort', () => reject(noAnswer(patience)), { once: true })
  })
  try {
    return await Promise.race([look(signal ? AbortSignal.any([signal, timeout]) : timeout), late])
  } catch (thrown) {
    signal?.throwIfAborted()
    const { message, hint } = reportOf(timeout.aborted ? noAnswer(patience) : thrown)
    return ids.map(id => ({
      ...{ id, title: titles()[id], state: 'failed' as const, checked: titles()[id], message, hint },
      details: []
    }))
  }
}

function noAnswer(patience: number): AppError {
  return new AppError('UNAVAILABLE', t`There was no answer within ${patience / 1000} seconds.`, t`Try again.`)
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
    title: t`Keychain`,
    checked: t`Writing, reading and removing an entry of the keychain of this system`
  } as const
  if (!probe.ok) {
    const details = notices.filter(notice => !notice.startsWith(probe.message))
    return { ...common, state: 'notice', message: probe.message, hint: probe.hint, details }
  }
  if (notices.length === 0)
    return { ...common, state: 'ok', message: t`It works, and can protect the secrets.`, details: [] }
  return { ...common, state: 'notice', message: notices.join(' '), details: [] }
}
