/** What the parts of the local platform share: its folders, its database, and the outside world it was given. */
import { join } from 'node:path'
import type { InspectOptions } from '#core/bundle/read/inspect.ts'
import type { HomeFolders } from '#core/host/folders.ts'
import type { Engine, Keychain, RunSpec } from '#core/ports.ts'
import type { BundleListing } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import type { EngineKind } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { openStore, type Store } from '../store/database.ts'
import { localSchema } from '../store/schema.ts'

type EngineChoice = 'auto' | EngineKind

export interface LocalOptions {
  readonly folders: HomeFolders
  /** Who calls: owner of what they make, and the only one who sees what is PRIVATE to them. */
  readonly user: string
  readonly engines: readonly Engine[]
  /** Asked at each run that does not choose an engine itself. */
  readonly engineChoice: () => EngineChoice | Promise<EngineChoice>
  readonly keychain: Keychain
  /** Reads a bundle; findings with errors keep it from being imported. */
  readonly inspect: (file: string, options: InspectOptions) => Promise<BundleListing>
  readonly now?: (() => Date) | undefined
  /** Bounds of each instance's log, in bytes. */
  readonly log?: RunSpec['log'] | undefined
}

export interface LocalFolders {
  readonly state: string
  /** `<sha256>.qz` */
  readonly bundles: string
  /** `<sha256>.part` */
  readonly uploads: string
  /** A run folder an instance, by its ID. */
  readonly runs: string
  /** A volume an instance, by its ID. */
  readonly volumes: string
  readonly keys: string
}

export interface LocalContext extends Required<Omit<LocalOptions, 'folders' | 'now' | 'log'>> {
  readonly folders: LocalFolders
  readonly log: RunSpec['log']
  /** The time as RFC 3339 text. */
  now(): string
  /** The database, opened when first asked for; a failed open is tried again by the next call. */
  store(): Promise<Store>
  /** Whether anyone has asked for the database. */
  isOpen(): boolean
  /** Aborts when the platform is closed. */
  readonly closed: AbortSignal
  close(): Promise<void>
}

const DEFAULT_LOG = { segmentBytes: 8 * 1024 * 1024, totalBytes: 256 * 1024 * 1024 }

export function createContext(options: LocalOptions): LocalContext {
  const { folders, now, log, ...rest } = options
  const { state } = folders
  const closing = new AbortController()
  let store: Promise<Store> | undefined
  return {
    ...rest,
    folders: {
      state,
      bundles: join(state, 'bundles'),
      uploads: join(state, 'uploads'),
      runs: join(state, 'runs'),
      volumes: join(state, 'volumes'),
      keys: join(state, 'keys')
    },
    log: log ?? DEFAULT_LOG,
    now: () => (now?.() ?? new Date()).toISOString(),
    async store() {
      if (closing.signal.aborted) throw new AppError('UNAVAILABLE', t`The local platform was closed.`)
      store ??= openStore(databaseFile(state), localSchema).catch(error => {
        store = undefined
        throw error
      })
      return store
    },
    isOpen: () => store !== undefined,
    closed: closing.signal,
    async close() {
      closing.abort()
      const opened = await store?.catch(() => undefined)
      store = undefined
      opened?.close()
    }
  }
}

export function databaseFile(state: string): string {
  return join(state, 'platform.db')
}
