/** All checks of the diagnosis. Each runs separately: a check that fails or hangs does not affect the others. */
import { AppError, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Platform } from '#shared/platform.ts'
import { CHECK_IDS, type Check, type CheckId, type Settings } from '#shared/system.ts'
import type { HomeFolders } from '../host/folders.ts'
import type { ComputerProbe, Engine, Keychain, RecordsProbe } from '../ports.ts'
import { checkClock, checkDisk, checkPort } from './computer.ts'
import { withDocumentation } from './documentation.ts'
import { checkEngines } from './engines.ts'
import { checkConnection, checkNetwork } from './network.ts'
import { checkRecords, checkSecrets } from './records.ts'

/** Milliseconds a check may take, and a check that installs something. */
const PATIENCE_MS = 15_000
const CONNECT_MS = 180_000

/** The parts to diagnose; each is requested when its check begins. */
export interface Diagnosed {
  readonly folders: HomeFolders
  readonly settings: () => Promise<Settings>
  readonly engines: () => Promise<readonly Engine[]>
  readonly platform: () => Promise<Platform>
  /** The platform's information about its own records. */
  readonly records: () => Promise<RecordsProbe>
  readonly keychain: () => Promise<Keychain>
  readonly computer: () => Promise<ComputerProbe>
  readonly now?: () => Date
}

export interface Wanted {
  /** Runs only these checks; all if absent. */
  readonly only?: readonly CheckId[] | undefined
  /** Also contacts the package index. */
  readonly connect?: boolean | undefined
}

export type RunChecks = (wanted?: Wanted, signal?: AbortSignal) => Promise<Check[]>

interface Inspection {
  readonly ids: readonly CheckId[]
  inspect(signal: AbortSignal): Promise<readonly Check[]>
  /** Milliseconds it may take; PATIENCE_MS if absent. */
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

export function createChecks(diagnosed: Diagnosed): RunChecks {
  const { folders, platform, records, computer, now = () => new Date() } = diagnosed
  const engine = async () => (await diagnosed.settings()).engine
  const one = (id: CheckId, inspect: (signal: AbortSignal) => Promise<Check>): Inspection => ({
    ids: [id],
    inspect: async signal => [await inspect(signal)]
  })
  const inspections: readonly Inspection[] = [
    {
      ids: ['docker', 'image', 'process'],
      inspect: async signal => checkEngines(await diagnosed.engines(), await engine(), signal)
    },
    one('platform', async signal => checkRecords(await platform(), await records(), folders, signal)),
    one('secrets', async signal => checkSecrets(await platform(), await records(), signal)),
    one('keychain', async () => checkKeychain(await diagnosed.keychain(), platform)),
    one('disk', async () => checkDisk(folders, await computer())),
    one('clock', async signal => checkClock(await platform(), now(), signal)),
    one('port', async signal => checkPort(await platform(), await computer(), signal))
  ]
  const configured = one('network', async () => checkNetwork(await computer()))
  const connected = {
    ...one('network', async signal =>
      checkConnection(await diagnosed.engines(), await engine(), await computer(), signal)
    ),
    patience: CONNECT_MS
  }

  return async ({ only, connect = false } = {}, signal) => {
    const isWanted = (id: CheckId) => only === undefined || only.includes(id)
    const wanted = [...inspections, connect ? connected : configured].filter(({ ids }) => ids.some(isWanted))
    const found = await Promise.all(wanted.map(inspection => outcome(inspection, signal)))
    return found
      .flat()
      .filter(({ id }) => isWanted(id))
      .map(check => withDocumentation(check))
      .sort((a, b) => CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id))
  }
}

async function outcome(
  { ids, inspect, patience = PATIENCE_MS }: Inspection,
  signal?: AbortSignal
): Promise<readonly Check[]> {
  const timeout = AbortSignal.timeout(patience)
  const late = new Promise<never>((_, reject) => {
    timeout.addEventListener('abort', () => reject(noAnswer(patience)), { once: true })
  })
  try {
    return await Promise.race([inspect(signal ? AbortSignal.any([signal, timeout]) : timeout), late])
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

/** How secrets are protected: by the keychain, or as the platform's notices say if there is no keychain. */
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
