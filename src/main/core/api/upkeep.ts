/** Upkeep of the contract: acts on many instances and apps of the connection's platform, each a job. */
import type { InstanceAct } from '#shared/upkeep.ts'
import type { Jobs } from '../jobs.ts'
import { os } from './context.ts'

const TITLES = {
  stop: 'Stop',
  start: 'Start',
  restart: 'Restart',
  remove: 'Remove'
} as const satisfies Record<InstanceAct, string>

export function upkeepRouter(jobs: Jobs) {
  const { upkeep: noun } = os
  return noun.router({
    instances: noun.instances.handler(async ({ input, context }) => {
      const platform = await context.platform()
      const { actOnInstances, titleOfMany } = await import('../upkeep.ts')
      const title = `${TITLES[input.act]} ${await titleOfMany(platform, input.ids)}`
      const job = jobs.start(input.act, title, it => actOnInstances(platform, input, it))
      return { jobId: job.id }
    }),
    cleanUpPlan: noun.cleanUpPlan.handler(async ({ context, signal }) => {
      const { planCleanUp } = await import('../clean-up.ts')
      return planCleanUp(await context.platform(), signal)
    }),
    cleanUp: noun.cleanUp.handler(async ({ input, context }) => {
      const platform = await context.platform()
      const { cleanUp } = await import('../clean-up.ts')
      const job = jobs.start('clean-up', 'Clean up', it => cleanUp(platform, input, it))
      return { jobId: job.id }
    })
  })
}
