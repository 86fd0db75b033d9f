/** Reads facts of this computer for the diagnosis: free space, the usual port, and how packages are reached. */
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ComputerProbe } from '#core/ports.ts'
import { type Environment, installSettings, missingCertificates } from './host-settings.ts'
import { GUIDE_PORT, isFree } from './platform-local/instances/port.ts'

/** `env` is the environment that pip would read. */
export function createComputer(env: Environment): ComputerProbe {
  return {
    freeSpace,
    usualPort: async () => ({ port: GUIDE_PORT, isFree: await isFree(GUIDE_PORT) }),
    async network() {
      const [settings, missing] = await Promise.all([installSettings(env), missingCertificates(env)])
      return { ...settings, missing }
    }
  }
}

async function freeSpace(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    // A folder that does not exist yet will be created in its parent.
    const parent = dirname(folder)
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && parent !== folder) return freeSpace(parent)
    throw error
  }
}
