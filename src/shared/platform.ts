/** The platform contract: all that a place for Apps and Instances can do. Each adapter implements exactly this. */
import type { ContractRouterClient } from '@orpc/contract'
import { z } from 'zod'
import { appsContract } from './app.ts'
import { uploadsContract } from './bundle.ts'
import { instancesContract } from './instance.ts'
import { filesContract } from './instance-files.ts'
import { procedure } from './procedure.ts'
import { secretsContract } from './secret.ts'
import { shellsContract } from './shell.ts'

export const Capability = z.enum([
  /** Instances run on this computer: engine and port can be chosen, env overridden. */
  'local-engine',
  /** Users can set and remove their secrets. */
  'secrets',
  /** Memory and CPU of running instances can be read. */
  'metrics',
  /** Events of instances are stored. */
  'events',
  /** Files of instances can be viewed. */
  'files',
  /** Shells can be opened in instances that report `shell`. */
  'shell',
  /** Whole logs can be searched. */
  'find-log',
  /** Facts about an instance's newest run are known. */
  'facts',
  /** Disk usage of instances is known. */
  'usage'
])
export type Capability = z.infer<typeof Capability>

export const PlatformInfo = z.object({
  kind: z.enum(['local', 'service', 'kubernetes']),
  /** The user the platform identifies the caller as. */
  user: z.string(),
  capabilities: z.array(Capability),
  /** Plain facts the user should know: how secrets are protected, differences from the team platform. */
  notices: z.array(z.string())
})
export type PlatformInfo = z.infer<typeof PlatformInfo>

export const platformContract = {
  info: procedure.route({ method: 'GET', path: '/info' }).output(PlatformInfo),
  uploads: uploadsContract,
  apps: appsContract,
  instances: instancesContract,
  files: filesContract,
  shells: shellsContract,
  secrets: secretsContract
}

/** The interface of a platform: adapters implement it, all other code calls it. */
export type Platform = ContractRouterClient<typeof platformContract>
