/** Shared by commands that act on several instances: one job for all, which continues after single failures. */
import { AppError } from '#shared/errors.ts'
import type { JobItem } from '#shared/job.ts'
import type { InstanceAct } from '#shared/upkeep.ts'
import type { Argument, Result } from '../command.ts'
import type { Context } from '../context.ts'
import { findInstance } from '../ids.ts'
import { followJob } from '../jobs.ts'

export const INSTANCE_IDS: Argument = {
  name: 'id',
  summary: 'IDs of instances, or unique prefixes of them',
  variadic: true,
  completion: 'instance'
}

const DONE = { stop: 'Stopped', start: 'Started', restart: 'Restarted', remove: 'Removed' } as const

/** Acts on all of them. If some fail, handles the others too, then throws the first reason. */
export async function actOnMany(
  context: Context,
  act: InstanceAct,
  typed: readonly string[]
): Promise<Result> {
  const client = await context.client()
  const ids: string[] = []
  for (const one of typed) {
    const { id, state } = await findInstance(context, client, one)
    if (act === 'remove' && state !== 'stopped' && state !== 'failed') throw stillRunning(id)
    ids.push(id)
  }
  const { jobId } = await client.upkeep.instances({ act, ids: [...new Set(ids)] }, context)
  const { items = [] } = await followJob(context, client, jobId)
  return { json: { items }, text: items.map(({ id }: JobItem) => `${DONE[act]} ${id}`).join('\n') }
}

function stillRunning(id: string): AppError {
  const message = `The instance ${id} is running; none was removed.`
  return new AppError('CONFLICT', message, `Stop it first: q8s-cli instance stop ${id}`, {
    data: { instances: [id] }
  })
}
