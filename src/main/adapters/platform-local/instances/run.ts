/** Runs an app: records a new instance and starts it, or continues an ended local run with another app. */
import type { Overrides } from '#core/platform/env.ts'
import type { Visibility } from '#shared/app.ts'
import { AppError } from '#shared/errors.ts'
import type { EngineKind, Instance } from '#shared/instance.ts'
import { isEnded } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { thisProcess } from '../../home/actor.ts'
import type { Store } from '../../store/database.ts'
import { type AppRow, manifestOf, requireApp } from '../app-records.ts'
import { cleanUp } from '../sweep.ts'
import { nameOf, notEnded, startError } from './errors.ts'
import { withOverrides } from './overrides.ts'
import { type Chosen, choose, ownedRow, type Parts } from './parts.ts'
import { GUIDE_PORT } from './port.ts'
import { getInstance } from './read.ts'
import { deleteRow, type InstanceRow, insertRow, requireRow, takePlace } from './records.ts'
import { endDetached } from './remove.ts'
import { startRun } from './start.ts'

export interface RunInput {
  readonly appId: string
  readonly visibility: Visibility
  readonly env: Overrides
  readonly port?: number | undefined
  readonly engine?: EngineKind | undefined
  readonly ephemeral: boolean
  readonly replaces?: string | undefined
  /** The instance ends with this process. */
  readonly attached: boolean
}

export async function run(
  parts: Parts,
  user: string,
  input: RunInput,
  signal?: AbortSignal
): Promise<Instance> {
  const { context, secrets } = parts
  const store = await context.store()
  const app = requireApp(store, input.appId, user)
  const env = await secrets.resolve(user, manifestOf(app), input.env)
  // An instance of a killed command may still have the wanted port.
  if (input.attached) await endDetached(parts, signal)
  const before =
    input.replaces === undefined ? undefined : await replaceable(parts, store, user, input.replaces, app)
  const chosen = await choose(parts, input.engine, signal)
  if (before) return goOn(parts, before, input, chosen, env, signal)
  const row = requireRow(store, await record(parts, user, input, chosen), user)
  try {
    await parts.starter.launch(row, env, signal)
  } catch (error) {
    // It never ran, so only the error is worth showing.
    store.transaction(() => deleteRow(store, row))
    await cleanUp(context, parts.observer, row)
    throw startError(error, app)
  }
  return getInstance(parts, user, row.id)
}

/** Commits the record of a new instance and returns its ID. */
function record({ context }: Parts, user: string, input: RunInput, chosen: Chosen): Promise<string> {
  return withOverrides(context, input.env, (open, overrides) => {
    requireApp(open, input.appId, user)
    return insertRow(open, {
      ...{ appId: input.appId, owner: user, visibility: input.visibility, ephemeral: input.ephemeral },
      ...{ ...chosen, overrides, wantedPort: wantedPortOf(input) },
      ...{ actor: thisProcess(), attached: attachedTo(input) },
      time: context.now()
    })
  })
}

async function replaceable(
  parts: Parts,
  store: Store,
  user: string,
  id: string,
  app: AppRow
): Promise<InstanceRow> {
  const row = await ownedRow(parts, store, user, id)
  if (!row.ephemeral || !app.ephemeral || row.name !== app.name) {
    throw new AppError('INVALID', t`The instance ${id} is not a local run of ${app.name}.`, t`Run it again.`)
  }
  if (!isEnded(row)) throw notEnded(row, t`The instance ${nameOf(row)} is still running.`)
  return row
}

/** Continues the instance with another app. */
async function goOn(
  parts: Parts,
  before: InstanceRow,
  input: RunInput,
  chosen: Chosen,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal
): Promise<Instance> {
  const { context, bundles } = parts
  const wantedPort = wantedPortOf(input)
  const taken = await withOverrides(context, input.env, (open, overrides) => {
    requireApp(open, input.appId, before.owner)
    return takePlace(open, before, { appId: input.appId, overrides, wantedPort })
  })
  if (!taken) throw notEnded(before, t`The instance ${nameOf(before)} is running again.`)
  if (before.app_id !== input.appId) bundles.removeUnreferenced(await context.store(), before.sha256)
  return startRun(parts, before, { ...chosen, attached: attachedTo(input) }, env, signal)
}

const attachedTo = ({ attached }: RunInput) => (attached ? thisProcess() : undefined)

function wantedPortOf({ port, ephemeral }: RunInput): number | undefined {
  return port ?? (ephemeral ? GUIDE_PORT : undefined)
}
