/** A temporary home for one test, with platforms of several users and processes on it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHome, type HomeOptions } from '#adapters/home/home.ts'
import { checkSecrets, createJobRecords, createRunOptions, readSecretValues } from '#adapters/home/index.ts'
import { createContext, type LocalContext } from '#adapters/platform-local/context.ts'
import { type LocalOptions, openLocalPlatform } from '#adapters/platform-local/open.ts'
import { inspectBundle } from '#core/bundle/read/index.ts'
import { homeFolders } from '#core/host/folders.ts'
import type { Engine, Keychain } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import type { Platform } from '#shared/platform.ts'

/** The options a test opens a home with. */
export interface TestOptions extends Omit<LocalOptions, 'home'>, HomeOptions {
  /** The user of the platform. */
  readonly user: string
}

/** The shared parts of a local platform in a home; bundles are not inspected. */
export function contextIn(
  { folders, keychain }: Pick<LocalHome, 'folders' | 'keychain'>,
  engines: readonly Engine[],
  { now, ...options }: Partial<TestOptions> = {}
): LocalContext {
  const inspect = () => Promise.reject(new Error('not asked'))
  const home = createHome({ folders, keychain, now })
  return createContext({
    ...{ home, engines, engineChoice: () => 'auto' as const, inspect },
    ...options,
    home
  })
}

/** Opens a home and its local platform as a host does, with the host's own records. */
export function openHome({ folders, keychain, now, user, ...options }: TestOptions) {
  const home = createHome({ folders, keychain, now })
  const opened = openLocalPlatform({ ...options, home })
  return {
    ...opened,
    home,
    platform: opened.as(user),
    runOptions: createRunOptions(home, user),
    jobRecords: createJobRecords(home),
    secretValues: () => readSecretValues(home),
    checkSecrets: () => checkSecrets(home),
    async close(): Promise<void> {
      await opened.close()
      await home.close()
    }
  }
}

export type OpenHome = ReturnType<typeof openHome>

/** An in-memory keychain that can be locked or removed. */
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

export async function createLocalHome(defaults: Partial<TestOptions> & Pick<TestOptions, 'engines'>) {
  const root = await mkdtemp(join(tmpdir(), 'q8s-local-'))
  const folders = homeFolders({ Q8S_HOME: root })
  const keychain = createFakeKeychain()
  const closing: (() => Promise<void>)[] = []

  /** Closes everything that was opened. */
  async function close(): Promise<void> {
    for (const closeOne of closing.splice(0)) await closeOne()
  }

  /** Opens the home again, as another process would. */
  async function openAll(options: Partial<TestOptions> = {}) {
    const opened = openHome({
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
    /** Opens the home again and returns only its platform. */
    open: async (options: Partial<TestOptions> = {}): Promise<Platform> => (await openAll(options)).platform,
    close,
    async remove(): Promise<void> {
      await close()
      await rm(root, { recursive: true, force: true })
    }
  }
}

export type LocalHome = Awaited<ReturnType<typeof createLocalHome>>
