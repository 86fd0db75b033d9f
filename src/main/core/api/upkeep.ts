/** Jobs on many instances and apps of the connection's platform, and clean-up of the platform and of this computer. */
import type { Leftovers } from '../clean-up/leftovers.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { os } from './context.ts'

export function upkeepRouter(jobs: Jobs, leftovers: () => Promise<Leftovers>) {
  const { upkeep: noun } = os
  return noun.router({
    instances: noun.instances.handler(async ({ input, context }) => {
      const platform = await context.platform()
      const { actOnInstances, subjectOfMany } = await import('../jobs/many.ts')
      const subject = await subjectOfMany(platform, input.ids)
      const job = jobs.start(input.act, subject, it => actOnInstances(platform, input, it))
      return jobs.acknowledged(job)
    }),
    removeApps: noun.removeApps.handler(async ({ input, context }) => {
      const platform = await context.platform()
      const { removeApps, subjectOfApps } = await import('../jobs/many.ts')
      const subject = await subjectOfApps(platform, input.ids)
      const job = jobs.start('remove', subject, it => removeApps(platform, input, it))
      return jobs.acknowledged(job)
    }),
    cleanUpPlan: noun.cleanUpPlan.handler(async ({ context, signal }) => {
      const { planCleanUp } = await import('../clean-up/clean-up.ts')
      return planCleanUp(await context.platform(), signal)
    }),
    leftovers: noun.leftovers.handler(async ({ signal }) => {
      const { planLeftovers } = await import('../clean-up/clean-up.ts')
      return planLeftovers(await leftovers(), signal)
    }),
    cleanUp: noun.cleanUp.handler(async ({ input, context }) => {
      const [platform, places] = await Promise.all([context.platform(), leftovers()])
      const { cleanUp } = await import('../clean-up/clean-up.ts')
      const job = jobs.start('clean-up', { code: 'none' }, it => cleanUp(platform, places, input, it))
      return jobs.acknowledged(job)
    })
  })
}
