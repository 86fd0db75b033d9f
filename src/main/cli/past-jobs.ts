/** `jobs`: lists past jobs in this home, of any window or command, and how each ended. */
import type { PastJob } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { stageText } from '#shared/stage.ts'
import { defineCommand } from './command.ts'
import { age, table } from './format.ts'

export const jobs = defineCommand({
  summary: 'List what was done, and how it ended',
  description:
    'The last 500 jobs of this home that are over, newest first: those of every window, and of commands that ask the platform. One is interrupted ' +
    'where q8s was gone before it had ended. Their output is not kept, and secret values are taken out.',
  arguments: [],
  options: [],
  examples: [{ line: 'q8s-cli jobs', does: 'Bundles, imports, runs and removals, newest first' }],
  async run(context) {
    const client = await context.client()
    const past = await client.jobs.history(undefined, context)
    const columns = [
      { title: 'AGE', width: 4 },
      { title: 'TOOK', width: 5 },
      { title: 'STATE', width: 11 },
      { title: 'JOB' }
    ]
    return {
      json: past.map(jsonOf),
      text: table(
        columns,
        past.map(job => row(job, context.now()))
      )
    }
  }
})

/** Title and stages as shown on screen, each with its code and arguments. */
function jsonOf({ stages, ...job }: PastJob) {
  return {
    ...{ ...job, title: jobTitle(job), stage: stageText(job.stage), stageCode: job.stage },
    stages: stages.map(({ stage, startedAt }) => ({ stage: stageText(stage), stageCode: stage, startedAt }))
  }
}

function row(job: PastJob, now: Date): string[] {
  const { startedAt, endedAt, state, error } = job
  const took = endedAt === undefined ? '-' : age(startedAt, new Date(endedAt))
  const why =
    state === 'failed'
      ? `: ${error?.message ?? ''}`
      : state === 'interrupted'
        ? `: ${stageText(job.stage)}`
        : ''
  return [age(startedAt, now), took, state, jobTitle(job) + why]
}
