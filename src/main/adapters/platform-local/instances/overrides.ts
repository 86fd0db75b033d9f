/** The environment given to an instance at its run. It is stored encrypted, for the next start. */
import type { Overrides } from '#core/platform/env.ts'
import { OVERRIDES } from '../../home/sealed-places.ts'
import type { Store } from '../../store/database.ts'
import type { LocalContext } from '../context.ts'
import type { InstanceRow } from './records.ts'

/** Runs `work` in one transaction, with the overrides encrypted; null if none were given. */
export async function withOverrides<T>(
  { store, keyring }: LocalContext,
  overrides: Overrides,
  work: (open: Store, sealed: Uint8Array | null) => T
): Promise<T> {
  if (Object.keys(overrides).length > 0) {
    const text = JSON.stringify(overrides)
    return keyring.write((open, seal) => work(open, seal(text, OVERRIDES)))
  }
  const open = await store()
  return open.transaction(() => work(open, null))
}

export async function overridesOf({ keyring }: LocalContext, { overrides }: InstanceRow): Promise<Overrides> {
  if (overrides === null) return {}
  return JSON.parse(await keyring.open(overrides, OVERRIDES)) as Overrides
}
