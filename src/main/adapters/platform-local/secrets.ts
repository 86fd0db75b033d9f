/** Secrets of the local platform: each user's own, values encrypted with AES-256-GCM, never read back by the contract. */
import { AppError } from '#shared/errors.ts'
import type { EnvOverride } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'
import type { Secret } from '#shared/secret.ts'
import { isReserved } from './apps.ts'
import type { LocalContext } from './context.ts'
import type { SecretKeyring } from './secret-key.ts'

interface SecretRow {
  readonly name: string
  readonly key: string
  readonly value: Uint8Array
  readonly updated_at: string
}

export function createSecrets(context: LocalContext, keyring: SecretKeyring) {
  const { user } = context

  async function list(): Promise<Secret[]> {
    const rows = (await context.store()).all<SecretRow>(
      'SELECT name, key, updated_at FROM secrets WHERE owner = ? ORDER BY name, key',
      user
    )
    const byName = new Map<string, { name: string; keys: string[]; updatedAt: string }>()
    for (const { name, key, updated_at } of rows) {
      const secret = byName.get(name) ?? { name, keys: [], updatedAt: updated_at }
      secret.keys.push(key)
      if (updated_at > secret.updatedAt) secret.updatedAt = updated_at
      byName.set(name, secret)
    }
    return [...byName.values()]
  }

  async function set({ name, values }: { name: string; values: Record<string, string> }): Promise<Secret> {
    const entries = Object.entries(values)
    if (entries.length === 0) {
      throw new AppError(
        'INVALID',
        t`No key was given for the secret ${name}.`,
        t`Give at least one KEY=VALUE.`
      )
    }
    const time = context.now()
    await keyring.write((store, seal) => {
      for (const [key, value] of entries) {
        store.run(
          `INSERT INTO secrets (owner, name, key, value, updated_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
          ...[user, name, key, seal(value, secretPlace(user, name, key)), time]
        )
      }
    })
    const secret = (await list()).find(other => other.name === name)
    return secret ?? { name, keys: Object.keys(values).sort(), updatedAt: time }
  }

  async function remove({ name, keys }: { name: string; keys?: string[] | undefined }): Promise<void> {
    const store = await context.store()
    store.transaction(() => {
      const there = store.all<SecretRow>('SELECT key FROM secrets WHERE owner = ? AND name = ?', user, name)
      const missing = there.length === 0 ? name : keys?.find(key => !there.some(row => row.key === key))
      if (missing !== undefined) {
        const message =
          there.length === 0
            ? t`There is no secret ${name}.`
            : t`There is no key ${missing} in the secret ${name}.`
        throw new AppError('NOT_FOUND', message, t`See what there is: q8s-cli secret list`)
      }
      for (const key of keys ?? there.map(row => row.key)) {
        store.run('DELETE FROM secrets WHERE owner = ? AND name = ? AND key = ?', user, name, key)
      }
    })
  }

  /** The environment [[Env]] asks for, with `overrides` before it. INVALID names every value that is missing. */
  async function resolve(manifest: Manifest, overrides: Overrides): Promise<Record<string, string>> {
    requireNames(Object.keys(overrides))
    const env: Record<string, string> = {}
    const missing: { name: string; secret: string; key: string }[] = []
    for (const { name, value } of wantedOf(manifest, overrides)) {
      if (typeof value === 'string') env[name] = value
      else {
        const secret = await secretValue(value.secret, value.key)
        if (secret === undefined) missing.push({ name, ...value })
        else env[name] = secret
      }
    }
    if (missing.length > 0) throw missingValues(missing)
    for (const [name, value] of Object.entries(env)) if (value.includes('\0')) throw notText(name)
    return env
  }

  async function secretValue(secret: string, key: string): Promise<string | undefined> {
    const sql = 'SELECT value FROM secrets WHERE owner = ? AND name = ? AND key = ?'
    const row = (await context.store()).get<SecretRow>(sql, user, secret, key)
    return row && keyring.open(row.value, secretPlace(user, secret, key))
  }

  return { list, set, remove, resolve }
}

export type Secrets = ReturnType<typeof createSecrets>
export type Overrides = Readonly<Record<string, EnvOverride>>

function wantedOf({ Env }: Manifest, overrides: Overrides): { name: string; value: EnvOverride }[] {
  const asked = Env.filter(({ Name }) => !Object.hasOwn(overrides, Name))
  return [
    ...asked.map(({ Name, Value, Secret = '', SecretKey = '' }) => ({
      name: Name,
      value: Value ?? { secret: Secret, key: SecretKey }
    })),
    ...Object.entries(overrides).map(([name, value]) => ({ name, value }))
  ]
}

/** Binds a value to its place: moved to another row it no longer decrypts. */
export function secretPlace(owner: string, name: string, key: string): string {
  return JSON.stringify([owner, name, key])
}

function requireNames(names: readonly string[]): void {
  for (const name of names) {
    if (isReserved(name)) {
      throw new AppError('INVALID', t`${name} cannot be set: names beginning with Q8S are reserved.`)
    }
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) {
      throw new AppError('INVALID', t`"${name}" is not a name an environment variable can have.`)
    }
  }
}

/** Told by its name only: whoever starts a process would tell the value. */
function notText(name: string): AppError {
  return new AppError(
    'INVALID',
    t`The value of ${name} holds a NUL, which no environment variable can.`,
    t`Encode it, e.g. as base64.`
  )
}

function missingValues(missing: readonly { name: string; secret: string; key: string }[]): AppError {
  const words = missing.map(({ name, secret, key }) => t`${name} (key ${key} of the secret ${secret})`)
  const bySecret = new Map<string, string[]>()
  for (const { secret, key } of missing) bySecret.set(secret, [...(bySecret.get(secret) ?? []), key])
  const commands = [...bySecret].map(
    ([secret, keys]) => `q8s-cli secret set ${secret} ${[...new Set(keys)].map(key => `${key}=…`).join(' ')}`
  )
  return new AppError(
    'INVALID',
    missing.length === 1
      ? t`The app needs a value that is not set: ${words.join(', ')}.`
      : t`The app needs values that are not set: ${words.join(', ')}.`,
    t`Set it, then try again: ${commands.join('; ')}`,
    { data: { missing: [...missing] } }
  )
}
