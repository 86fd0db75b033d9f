/** Preferences of the window that survive a restart: stored on the host, so every port and both shells have them. */
import type { StateStorage } from 'zustand/middleware'
import type { Client } from '#shared/contract.ts'
import { latestOnly } from './latest-only.ts'

type PreferenceCalls = Pick<Client['system'], 'kept' | 'keep'>

/** Milliseconds the start waits for the host; then the window is drawn without its preferences. */
export const START_PATIENCE_MS = 3_000

const texts = new Map<string, string>()
const loaders = new Map<string, () => void>()
let host: PreferenceCalls | undefined

/** A store filled by `loadPreferences`; sends each change to the host. */
export function preferenceStorage(name: string, onLoaded: () => void): StateStorage {
  loaders.set(name, onLoaded)
  const send = latestOnly(async (text: string) => host?.keep({ name, text }))
  return {
    getItem: () => texts.get(name) ?? null,
    setItem(_key, text) {
      if (texts.get(name) === text) return
      texts.set(name, text)
      send(text)
    },
    removeItem: () => undefined
  }
}

/** Fills every store before the window is drawn. If reading fails, nothing is written either. */
export async function loadPreferences(calls: PreferenceCalls): Promise<void> {
  const signal = AbortSignal.timeout(START_PATIENCE_MS)
  try {
    const found = await Promise.all(
      [...loaders.keys()].map(async name => [name, await calls.kept({ name }, { signal })] as const)
    )
    for (const [name, stored] of found) if (stored) texts.set(name, stored.text)
    for (const load of loaders.values()) load()
    host = calls
  } catch (error) {
    console.error('What this window kept could not be read; nothing of it is changed.', error)
  }
}

/** The document name: `view` for the first window; other windows have their name in their address. */
export function windowDocument(): string {
  const name = new URLSearchParams(globalThis.location?.search ?? '').get('window') ?? ''
  return /^[a-z0-9]{1,36}$/.test(name) ? `view-${name}` : 'view'
}
