/** Secrets of the local platform: one set per user, encrypted with AES-256-GCM, never read back by the contract. */
import { type Overrides, resolveEnv } from '#core/platform/env.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'
import type { Secret } from '#shared/secret.ts'
import { secretPlace } from '../home/sealed-places.ts'
import type { LocalContext } from './context.ts'
import type { Procedures } from './procedures.ts'

interface SecretRow {
  readonly name: string
  readonly key: string
  readonly value: Uint8Array
  readonly updated_at: string
}

type Keeping = Pick<LocalContext, 'store' | 'keyring' | 'now'>

export interface Secrets {
  list(user: string): Promise<Secret[]>
  set(user: string, name: string, values: Readonly<Record<string, string>>): Promise<Secret>
  /** Removes the whole secret, or only these keys. */
  remove(user: string, name: string, keys?: readonly string[]): Promise<void>
  /** The environment of a run of this user: see `resolveEnv`. */
  resolve(user: string, manifest: Manifest, overrides: Overrides): Promise<Record<string, string>>
}

export function createSecrets(context: Keeping): Secrets {
  return {
    list: user => listSecrets(context, user),
    set: (user, name, values) => setSecret(context, user, name, values),
    remove: (user, name, keys) => removeSecret(context, user, name, keys),
    resolve: (user, manifest, overrides) =>
      resolveEnv(manifest, overrides, (secret, key) => secretValue(context, user, secret, key))
  }
}

export function secretsRouter({ secrets: noun }: Procedures, secrets: Secrets) {
  return noun.router({
    list: noun.list.handler(({ context: { user } }) => secrets.list(user)),
    set: noun.set.handler(({ context: { user }, input }) => secrets.set(user, input.name, input.values)),
    remove: noun.remove.handler(({ context: { user }, input }) =>
      secrets.remove(user, input.name, input.keys)
    )
  })
}

async function listSecrets({ store }: Keeping, user: string): Promise<Secret[]> {
  const rows = (await store()).all<SecretRow>(
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

async function setSecret(
  context: Keeping,
  user: string,
  name: string,
  values: Readonly<Record<string, string>>
): Promise<Secret> {
  const entries = Object.entries(values)
  if (entries.length === 0) {
    throw new AppError(
      'INVALID',
      t`No key was given for the secret ${name}.`,
      t`Give at least one KEY=VALUE.`
    )
  }
  const time = context.now()
  await context.keyring.write((store, seal) => {
    for (const [key, value] of entries) {
      store.run(
        `INSERT INTO secrets (owner, name, key, value, updated_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
        ...[user, name, key, seal(value, secretPlace(user, name, key)), time]
      )
    }
  })
  const secret = (await listSecrets(context, user)).find(other => other.name === name)
  return secret ?? { name, keys: Object.keys(values).sort(), updatedAt: time }
}

async function removeSecret(
  context: Keeping,
  user: string,
  name: string,
  keys?: readonly string[]
): Promise<void> {
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

async function secretValue(
  { store, keyring }: Keeping,
  user: string,
  secret: string,
  key: string
): Promise<string | undefined> {
  const sql = 'SELECT value FROM secrets WHERE owner = ? AND name = ? AND key = ?'
  const row = (await store()).get<SecretRow>(sql, user, secret, key)
  return row && keyring.open(row.value, secretPlace(user, secret, key))
}
