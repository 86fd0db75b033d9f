/** The home of a user on this computer: its folders, database and encryption key. It is not a platform. */
import { join } from 'node:path'
import type { HomeFolders } from '#core/host/folders.ts'
import type { Keychain } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { openStore, type Store } from '../store/database.ts'
import { localSchema } from '../store/schema.ts'
import { createSecretKeyring, type SecretKeyring } from './keyring.ts'

export interface HomeOptions {
  readonly folders: HomeFolders
  readonly keychain: Keychain
  readonly now?: (() => Date) | undefined
}

export interface StateFolders {
  readonly state: string
  /** `<sha256>.qz` */
  readonly bundles: string
  /** `<sha256>.part` */
  readonly uploads: string
  /** One run folder for each instance, named by its ID. */
  readonly runs: string
  /** One volume for each instance, named by its ID. */
  readonly volumes: string
  readonly keys: string
}

export interface Home {
  readonly folders: StateFolders
  readonly keyring: SecretKeyring
  /** The time as RFC 3339 text. */
  now(): string
  /** The database. Opened at the first call; if that fails, the next call tries again. */
  store(): Promise<Store>
  /** Whether the database has been requested. */
  isOpen(): boolean
  /** Aborts when the home is closed. */
  readonly closed: AbortSignal
  close(): Promise<void>
}

/**
 * Opens nothing yet: the first call that needs the database opens it, and fails if that fails. Several processes may
 * have the same home open.
 */
export function createHome({ folders: { state }, keychain, now }: HomeOptions): Home {
  const folders = {
    state,
    bundles: join(state, 'bundles'),
    uploads: join(state, 'uploads'),
    runs: join(state, 'runs'),
    volumes: join(state, 'volumes'),
    keys: join(state, 'keys')
  }
  const closing = new AbortController()
  let opened: Promise<Store> | undefined

  async function store(): Promise<Store> {
    if (closing.signal.aborted) throw new AppError('UNAVAILABLE', t`The local platform was closed.`)
    opened ??= openStore(databaseFile(state), localSchema).catch(error => {
      opened = undefined
      throw error
    })
    return opened
  }

  return {
    folders,
    keyring: createSecretKeyring({ store, keychain, keyFile: join(folders.keys, 'secrets.key') }),
    now: () => (now?.() ?? new Date()).toISOString(),
    store,
    isOpen: () => opened !== undefined,
    closed: closing.signal,
    async close() {
      closing.abort()
      const last = await opened?.catch(() => undefined)
      opened = undefined
      last?.close()
    }
  }
}

export function databaseFile(state: string): string {
  return join(state, 'platform.db')
}

/** Writes the records to a new file. Returns the SHA-256 of each bundle they need. */
export async function copyRecords(home: Pick<Home, 'store'>, file: string): Promise<readonly string[]> {
  const store = await home.store()
  store.copyTo(file)
  return store.all<{ sha256: string }>('SELECT DISTINCT sha256 FROM apps').map(({ sha256 }) => sha256)
}
