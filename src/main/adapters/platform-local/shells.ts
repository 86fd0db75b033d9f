/** The shells of one host. Each belongs to the user who opened it. */
import { createHandles } from '#core/platform/handles.ts'
import { createSession, type Session } from '#core/platform/session.ts'
import { requireOwned } from '#core/platform/visibility.ts'
import type { EngineShell, TerminalSize } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { isEnded } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { MAX_SHELLS } from '#shared/shell.ts'
import type { LocalContext } from './context.ts'
import type { Observer } from './instances/observe.ts'
import { type InstanceRow, requireRow } from './instances/records.ts'
import type { Procedures } from './procedures.ts'

/** Milliseconds without a reader after which a shell is closed: its window is probably gone. */
const UNREAD_FOR = 60_000

export function createShells(context: LocalContext, observer: Observer, idleMs = UNREAD_FOR) {
  const shells = createHandles<Session>(MAX_SHELLS, tooMany)
  return {
    closeAll: shells.closeAll,
    async open(user: string, id: string, size: TerminalSize, signal?: AbortSignal) {
      const openShell = await openerOf(context, observer, user, id, signal)
      const { handle } = await shells.open(user, async forget =>
        createSession(await openShell(id, size, signal), idleMs, forget)
      )
      return { shellId: handle }
    },
    find: shells.find,
    /** NOT_FOUND if it has ended or belongs to another user. */
    require(user: string, shellId: string): Session {
      const session = shells.find(user, shellId)
      if (session) return session
      throw new AppError('NOT_FOUND', t`This shell has ended.`, t`Open a new one.`)
    }
  }
}

export type Shells = ReturnType<typeof createShells>

export function shellsRouter({ shells: noun }: Procedures, shells: Shells) {
  return noun.router({
    open: noun.open.handler(({ context: { user }, input: { id, ...size }, signal }) =>
      shells.open(user, id, size, signal)
    ),
    read: noun.read.handler(({ context: { user }, input: { shellId, from, waitMs }, signal }) =>
      shells.require(user, shellId).read(from, waitMs, signal)
    ),
    write: noun.write.handler(({ context: { user }, input: { shellId, text } }) =>
      shells.require(user, shellId).shell.write(text)
    ),
    resize: noun.resize.handler(({ context: { user }, input: { shellId, ...size } }) =>
      shells.require(user, shellId).shell.resize(size)
    ),
    close: noun.close.handler(async ({ context: { user }, input }) =>
      shells.find(user, input.shellId)?.close()
    )
  })
}

/** Finds the function that opens a shell in one of the user's own running instances. */
async function openerOf(
  context: LocalContext,
  observer: Observer,
  user: string,
  id: string,
  signal?: AbortSignal
): Promise<(id: string, size: TerminalSize, signal?: AbortSignal) => Promise<EngineShell>> {
  const row = requireRow(await context.store(), id, user)
  requireOwned(row, user)
  const engine = observer.engineOf(row)
  if (!engine.openShell) throw noShells()
  const instance = await observer.observe(row, 0, signal)
  const { engineGone } = instance
  if (isEnded(instance)) throw notRunning(row)
  if (engineGone !== undefined) throw new AppError('UNAVAILABLE', engineGone)
  return engine.openShell.bind(engine)
}

function noShells(): AppError {
  return new AppError(
    'UNSUPPORTED',
    t`This instance runs as a plain process of this computer: there is nothing to open a shell in.`,
    t`Use a terminal of this computer, or run the app with Docker.`
  )
}

function notRunning({ id, name, version }: InstanceRow): AppError {
  return new AppError(
    'CONFLICT',
    t`The instance ${id} of ${name} ${version} does not run.`,
    t`Start it first: q8s-cli instance start ${id}`
  )
}

function tooMany(): AppError {
  return new AppError('CONFLICT', t`${MAX_SHELLS} shells are open already.`, t`Close one of them first.`)
}
