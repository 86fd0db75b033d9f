/** The one contract between a host and its clients: the procedures of the platform, and the host's own. */
import type { ContractRouterClient } from '@orpc/contract'
import { jobsContract } from './job.ts'
import { platformContract } from './platform.ts'
import { previewContract } from './preview.ts'
import { projectsContract } from './project.ts'
import { publishingContract } from './publishing.ts'
import { systemContract } from './system.ts'
import { updatesContract } from './updates.ts'
import { upkeepContract } from './upkeep.ts'

export const contract = {
  /** The platform of the profile this connection was opened for. */
  platform: platformContract,
  projects: projectsContract,
  publishing: publishingContract,
  preview: previewContract,
  jobs: jobsContract,
  upkeep: upkeepContract,
  updates: updatesContract,
  system: systemContract
}

/** The client that the renderer, the CLI and the tests use, over any transport. */
export type Client = ContractRouterClient<typeof contract>
