/** The operating system's keychain: Keychain on macOS, Credential Manager on Windows, Secret Service on Linux. */
import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import type { Keychain } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

type Keytar = typeof import('keytar')

/** Spare files the Secret Service's library needs for a call, including files opened before its thread runs. */
const SPARE_FILES = 32

/** Entries are stored under `service`. Methods reject with UNAVAILABLE if no keychain works; none of them waits. */
export function createKeychain(service = 'q8s'): Keychain {
  let loaded: Promise<Keytar> | undefined

  /** Loaded at the first use: loading throws if the system's library is missing. */
  function keytar(): Promise<Keytar> {
    loaded ??= import('keytar').then(module => (module as unknown as { default?: Keytar }).default ?? module)
    return loaded
  }

  async function call<T>(work: (keytar: Keytar) => Promise<T>): Promise<T> {
    try {
      const loaded = await keytar()
      requireSpareFiles()
      return await work(loaded)
    } catch (error) {
      throw keychainError(error)
    }
  }

  return {
    // Reading alone proves nothing: a locked keyring answers "no such entry". Only a round trip shows that it works.
    async probe() {
      const account = `probe-${randomBytes(8).toString('hex')}`
      try {
        await call(it => it.setPassword(service, account, account))
        const read = await call(it => it.getPassword(service, account))
        await call(it => it.deletePassword(service, account))
        if (read === account) return { ok: true } as const
        throw keychainError(t`an entry that was written could not be read back`)
      } catch (error) {
        const { message, hint } = error as AppError
        return { ok: false, message, hint: hint ?? '' }
      }
    },
    get: account => call(async it => (await it.getPassword(service, account)) ?? undefined),
    set: (account, secret) => call(it => it.setPassword(service, account, secret)),
    async remove(account) {
      await call(it => it.deletePassword(service, account))
    }
  }
}

function keychainError(cause: unknown): AppError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const [why, hint] = explain(text)
  return new AppError('UNAVAILABLE', t`The keychain of this computer cannot be used: ${why}.`, hint, {
    cause
  })
}

/** The reason and a hint for an error of the native library. */
function explain(text: string): readonly [string, string] {
  if (/native addon|cannot open shared object|ERR_DLOPEN/i.test(text)) {
    return [t`its library is missing`, t`Install libsecret (Debian: libsecret-1-0), then try again.`]
  }
  if (/autolaunch D-Bus|unknown or unsupported transport|could not connect|connection refused/i.test(text)) {
    return [t`there is no session bus`, t`Sign in to a desktop session, or start one with dbus-run-session.`]
  }
  if (/was not provided by any \.service files|ServiceUnknown/i.test(text)) {
    return [t`no keyring service is running`, t`Install and start one, such as gnome-keyring or KWallet.`]
  }
  if (/does not exist at path|locked|dismissed|no such secret collection/i.test(text)) {
    return [t`it is locked or was never set up`, t`Unlock the keyring of your session, then try again.`]
  }
  return [text.replace(/\.$/, ''), t`Check the keychain of your session, then try again.`]
}

/**
 * Throws EMFILE here, because on Linux the library ends the whole process if it cannot open a file. Synchronous, so
 * that nothing else opens a file between this check and the call.
 */
function requireSpareFiles(): void {
  if (process.platform !== 'linux') return
  const opened: number[] = []
  try {
    while (opened.length < SPARE_FILES) opened.push(openSync('/dev/null', 'r'))
  } finally {
    for (const file of opened) closeSync(file)
  }
}
