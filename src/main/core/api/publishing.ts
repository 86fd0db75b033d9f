/** The publishing nouns of the contract: inspect a folder or bundle, check if it changed, find the next version. */
import type { FileLocks } from '../ports.ts'
import type { PublishFolders } from '../publishing/publish.ts'
import { os } from './context.ts'

export interface PublishingServices {
  readonly folders: PublishFolders
  readonly locks: FileLocks
}

export function publishingRouter({ folders, locks }: PublishingServices) {
  const { publishing } = os
  return publishing.router({
    look: publishing.look.handler(async ({ input, signal }) => {
      const { look } = await import('../publishing/inspect.ts')
      return look(input.path, folders, signal)
    }),
    digest: publishing.digest.handler(async ({ input, signal }) => {
      const { digestOf } = await import('../publishing/inspect.ts')
      return { sha256: await digestOf(input.path, folders, signal) }
    }),
    setVersion: publishing.setVersion.handler(async ({ input: { path, ...change }, signal }) => {
      const { setVersion } = await import('../project/set-version.ts')
      return { version: await setVersion(locks, path, change, signal) }
    })
  })
}
