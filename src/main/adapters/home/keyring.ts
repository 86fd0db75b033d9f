/** The key that encrypts secrets: in the keychain, else in a file; never moved silently to a weaker place. */
import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { asideName } from '#core/files/damaged.ts'
import { fileError } from '#core/files/files.ts'
import { temporaryBeside } from '#core/files/temporary.ts'
import type { Keychain } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Store } from '../store/database.ts'

export interface SecretKeyring {
  /**
   * Runs `work` in a transaction with a function that encrypts. The first call creates the key. `place` binds a value
   * to where it is stored. UNAVAILABLE if the key is in a keychain that cannot be used now.
   */
  write<T>(work: (store: Store, seal: (text: string, place: string) => Uint8Array) => T): Promise<T>
  /** Decrypts. UNAVAILABLE if the key cannot be read or is a different one. */
  open(value: Uint8Array, place: string): Promise<string>
  /** How the key is or will be stored, for PlatformInfo.notices. Empty if the keychain stores it. */
  notices(): Promise<string[]>
  /** Checks that the key can be read and is the key that encrypted the secrets. Else UNAVAILABLE or FORBIDDEN. */
  check(): Promise<void>
  /** For a backup: the key and where it is stored. Undefined if nothing is encrypted. Fails as `check` does. */
  export(): Promise<{ readonly place: 'keychain' | 'file'; readonly key: Uint8Array } | undefined>
}

/** Where the key is, and its fingerprint. `account` separates several homes in one keychain. */
interface KeyRecord {
  readonly place: 'keychain' | 'file'
  readonly account: string
  readonly fingerprint: string
}

const RECORD = 'secret-key'

export interface KeyringOptions {
  readonly store: () => Promise<Store>
  readonly keychain: Keychain
  /** Where the key is stored without a keychain. */
  readonly keyFile: string
}

export function createSecretKeyring(options: KeyringOptions): SecretKeyring {
  const { keychain, keyFile } = options
  let known: { readonly fingerprint: string; readonly key: Buffer } | undefined

  async function read(record: KeyRecord): Promise<Buffer> {
    if (known?.fingerprint === record.fingerprint) return known.key
    const key = record.place === 'keychain' ? await fromKeychain(keychain, record) : await fromFile(keyFile)
    if (fingerprintOf(key) !== record.fingerprint) throw damaged(record.place, keyFile)
    known = { fingerprint: record.fingerprint, key }
    return key
  }

  async function keyForWriting(store: Store): Promise<Buffer> {
    const record = recordOf(store)
    // A new key would hide that the old one is missing.
    if (!record && isUsed(store)) throw lost('file', keyFile)
    if (record && (isUsed(store) || (await isReadable(record)))) {
      // While nothing is encrypted with a key in a file, switch to the keychain if it works now.
      if (record.place === 'keychain' || isUsed(store) || !(await keychain.probe()).ok) return read(record)
    }
    const place = (await keychain.probe()).ok ? 'keychain' : 'file'
    if (record?.place === 'keychain' && place === 'file') return read(record)
    return choose(store, place, record)
  }

  const isReadable = (record: KeyRecord) =>
    read(record).then(
      () => true,
      () => false
    )

  async function choose(store: Store, place: KeyRecord['place'], before: KeyRecord | undefined) {
    const key = randomBytes(32)
    const mine: KeyRecord = { place, account: `secrets-${randomUUID()}`, fingerprint: fingerprintOf(key) }
    if (place === 'keychain') await keychain.set(mine.account, key.toString('base64'))
    const chosen = store.transaction(() => {
      const now = recordOf(store)
      if (now && (now.fingerprint !== before?.fingerprint || isUsed(store))) return now
      if (place === 'file') toFile(keyFile, key)
      store.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', RECORD, JSON.stringify(mine))
      return mine
    })
    if (place === 'keychain') {
      // A file that is not this home's may hold the key of records that are restored later, for example from a backup.
      if (chosen === mine && before?.place === 'file') await rm(keyFile, { force: true })
      if (chosen !== mine) await keychain.remove(mine.account)
    }
    return read(chosen)
  }

  return {
    async write(work) {
      const store = await options.store()
      for (;;) {
        const key = await keyForWriting(store)
        const done = store.transaction(() => {
          // Another process may have chosen another key since: then start again.
          if (recordOf(store)?.fingerprint !== fingerprintOf(key)) return undefined
          return { value: work(store, (text, place) => encrypt(key, text, place)) }
        })
        if (done) return done.value
      }
    },
    async open(value, place) {
      const record = recordOf(await options.store())
      if (!record) throw lost('file', keyFile)
      return decrypt(await read(record), value, place)
    },
    async notices() {
      const record = recordOf(await options.store())
      if (record?.place === 'keychain') return []
      if (record?.place === 'file') return [fileNotice()]
      const probe = await keychain.probe()
      return probe.ok ? [] : [fileNotice(), `${probe.message} ${probe.hint}`.trim()]
    },
    async check() {
      const store = await options.store()
      const record = recordOf(store)
      if (!record && isUsed(store)) throw lost('file', keyFile)
      known = undefined
      if (record && isUsed(store)) await read(record)
    },
    async export() {
      const store = await options.store()
      const record = recordOf(store)
      return record && isUsed(store) ? { place: record.place, key: await read(record) } : undefined
    }
  }
}

/**
 * For restored records: puts the key that came with them into the place that the records name. If the keychain cannot
 * take it, it stays in the file and the records are updated. Returns how the key is stored now; `missing` if no key can
 * be found.
 */
export async function placeRestoredKey(
  store: Store,
  keyFile: string,
  keychain: Keychain
): Promise<'none' | 'file' | 'keychain' | 'missing'> {
  const record = recordOf(store)
  if (!record || !isUsed(store)) return 'none'
  const key = await readFile(keyFile).catch(() => undefined)
  if (key && fingerprintOf(key) !== record.fingerprint) throw damaged('file', keyFile)
  if (record.place === 'file') return key ? 'file' : 'missing'
  if (!key) {
    const kept = await keychain.get(record.account).catch(() => undefined)
    return kept === undefined ? 'missing' : 'keychain'
  }
  if ((await keychain.probe()).ok) {
    await keychain.set(record.account, key.toString('base64'))
    await rm(keyFile)
    return 'keychain'
  }
  const here: KeyRecord = { ...record, place: 'file' }
  store.run('UPDATE meta SET value = ? WHERE key = ?', JSON.stringify(here), RECORD)
  return 'file'
}

const fileNotice = () =>
  t`Secrets are encrypted with a key in a file only you can read, not in the keychain: this protects them
    from other users of this computer, not from programs you run or from a copy of your disk.`

function recordOf(store: Store): KeyRecord | undefined {
  const row = store.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', RECORD)
  return row && (JSON.parse(row.value) as KeyRecord)
}

function isUsed(store: Store): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM secrets) OR EXISTS (SELECT 1 FROM instances WHERE overrides IS NOT NULL)
    OR EXISTS (SELECT 1 FROM run_options WHERE sealed IS NOT NULL) AS used`
  return store.get<{ used: number }>(sql)?.used === 1
}

function fingerprintOf(key: Uint8Array): string {
  return createHash('sha256').update('q8s secret key').update(key).digest('hex').slice(0, 32)
}

async function fromKeychain(keychain: Keychain, { account }: KeyRecord): Promise<Buffer> {
  const text = await keychain.get(account)
  if (text !== undefined) return Buffer.from(text, 'base64')
  // A locked keyring answers "no such entry". Only a round trip shows whether the entry is really gone.
  const probe = await keychain.probe()
  if (probe.ok) throw lost('keychain', account)
  const message = t`The secrets are locked: their key is in the keychain. ${probe.message}`
  throw new AppError('UNAVAILABLE', message, probe.hint)
}

async function fromFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw lost('file', file, error)
    throw fileError(error, t`The secrets cannot be read: their key (${file}) could not be opened`)
  }
}

/** Called under the write lock, while nothing is encrypted with a key in this file. */
function toFile(file: string, key: Uint8Array): void {
  const folder = dirname(file)
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  chmodSync(folder, 0o700)
  const temporary = temporaryBeside(file)
  try {
    const handle = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(handle, key)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    // An existing file may hold the key of records that are restored later, for example from a backup.
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) renameSync(file, asideName(file))
    renameSync(temporary, file)
    // Sync before the record is written that says where the key is: after a power loss no record may lack its key.
    for (const each of [folder, dirname(folder)]) syncFolderNow(each)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Like `syncFolder`, for use inside a transaction. */
function syncFolderNow(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const lostHint = () =>
  t`Restore it from a backup (q8s-cli restore FILE), or remove what it protects (secrets, and the variables kept for
    projects) and set it again.`

/** `where` is the file, or the account in the keychain. */
function lost(place: KeyRecord['place'], where: string, cause?: unknown): AppError {
  return new AppError(
    'UNAVAILABLE',
    place === 'keychain'
      ? t`The secrets cannot be read: their key is no longer in the keychain (entry ${where}).`
      : t`The secrets cannot be read: their key is no longer in its file, ${where}.`,
    lostHint(),
    { cause }
  )
}

function damaged(place: KeyRecord['place'], file: string): AppError {
  return new AppError(
    'UNAVAILABLE',
    place === 'keychain'
      ? t`The secrets cannot be read: their key in the keychain was changed.`
      : t`The secrets cannot be read: the file with their key, ${file}, is damaged.`,
    lostHint()
  )
}

/** Nonce (12 bytes), tag (16), ciphertext. */
function encrypt(key: Uint8Array, text: string, place: string): Uint8Array {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

function decrypt(key: Uint8Array, value: Uint8Array, place: string): string {
  const bytes = Buffer.from(value)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  } catch (error) {
    throw new AppError(
      'UNAVAILABLE',
      t`A secret cannot be decrypted: its value or the key was changed.`,
      t`Set it again: q8s-cli secret set`,
      { cause: error }
    )
  }
}
