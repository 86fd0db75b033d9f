/** A home of its own for one test, with platforms of several users and processes over it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContext, type LocalContext } from '#adapters/platform-local/context.ts'
import { createLocalPlatform, type LocalOptions } from '#adapters/platform-local/platform.ts'
import { inspectBundle } from '#core/bundle/read/index.ts'
import { homeFolders } from '#core/host/folders.ts'
import type { Engine, Keychain } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import type { Platform } from '#shared/platform.ts'

/** What the parts of a local platform share in a home, where no bundle is looked into. */
export function contextIn(
  { folders, keychain }: Pick<LocalHome, 'folders' | 'keychain'>,
  engines: readonly Engine[],
  options: Partial<LocalOptions> = {}
): LocalContext {
  const inspect = () => Promise.reject(new Error('not asked'))
  return createContext({
    ...{ folders, user: 'anna', engines, engineChoice: () => 'auto' as const, keychain, inspect },
    ...options
  })
}

/** A keychain in memory that can be locked or taken away. */
export function createFakeKeychain(): Keychain & {
  state: 'open' | 'locked' | 'absent'
  entries: Map<string, string>
} {
  const entries = new Map<string, string>()
  const hint = 'Unlock it.'
  const keychain = {
    state: 'open' as 'open' | 'locked' | 'absent',
    entries,
    async probe() {
      if (keychain.state === 'open') return { ok: true } as const
      return { ok: false, message: `The keychain is ${keychain.state}.`, hint } as const
    },
    async get(account: string) {
      if (keychain.state === 'absent') throw new AppError('UNAVAILABLE', 'The keychain is absent.', hint)
      return keychain.state === 'locked' ? undefined : entries.get(account)
    },
    async set(account: string, secret: string) {
      if (keychain.state !== 'open')
        throw new AppError('UNAVAILABLE', `The keychain is ${keychain.state}.`, hint)
      entries.set(account, secret)
    },
    async remove(account: string) {
      entries.delete(account)
    }
  }
  return keychain
}

export async function createLocalHome(defaults: Partial<LocalOptions> & Pick<LocalOptions, 'engines'>) {
  const root = await mkdtemp(join(tmpdir(), 'q8s-local-'))
  const folders = homeFolders({ Q8S_HOME: root })
  const keychain = createFakeKeychain()
  const closing: (() => Promise<void>)[] = []

  /** Closes all that was opened. */
  async function close(): Promise<void> {
    for (const closeOne of closing.splice(0)) await closeOne()
  }

  /** Opens the home anew, as another process would. */
  async function openAll(options: Partial<LocalOptions> = {}) {
    const opened = await createLocalPlatform({
      folders,
      user: 'anna',
      engineChoice: () => 'auto',
      keychain,
      inspect: inspectBundle,
      ...defaults,
      ...options
    })
    closing.push(opened.close)
    return opened
  }

  return {
    root,
    folders,
    keychain,
    openAll,
    /** The platform alone of a home opened anew. */
    open: async (options: Partial<LocalOptions> = {}): Promise<Platform> => (await openAll(options)).platform,
    close,
    async remove(): Promise<void> {
      await close()
      await rm(root, { recursive: true, force: true })
    }
  }
}

export type LocalHome = Awaited<ReturnType<typeof createLocalHome>>
