/** The platform contract: what every place where Apps and Instances live can do. Each adapter implements exactly this. */
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
  /** Secrets can be set and removed by their users. */
  'secrets',
  /** Memory and CPU of running instances can be read. */
  'metrics',
  /** What happened to an instance is kept. */
  'events',
  /** The files of an instance can be looked at. */
  'files',
  /** Shells can be opened in those instances that say `shell`. */
  'shell',
  /** Whole logs can be searched. */
  'find-log',
  /** What the newest run of an instance is made of is known. */
  'facts',
  /** What instances keep on disk is known. */
  'usage'
])
export type Capability = z.infer<typeof Capability>

export const PlatformInfo = z.object({
  kind: z.enum(['local', 'service', 'kubernetes']),
  /** Who the platform takes the caller for. */
  user: z.string(),
  capabilities: z.array(Capability),
  /** Plain facts the user should know: how secrets are protected, what differs from the team platform. */
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

/** A platform is its own client: adapters implement this, everything else calls it. */
export type Platform = ContractRouterClient<typeof platformContract>
