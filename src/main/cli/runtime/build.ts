/** `runtime build`: builds the Docker image that instances run in. */
import { stageText } from '#shared/stage.ts'
import { defineCommand } from '../command.ts'
import { followJob } from '../jobs.ts'

export const runtimeBuild = defineCommand<{ base?: string }>({
  summary: 'Build the Docker image instances run in',
  description:
    'Build the Docker image instances run in. Without it, or without Docker, apps run as processes of this computer.',
  arguments: [],
  options: [{ flags: '--base <image>', summary: 'image to build on (python:3.11-slim where not given)' }],
  examples: [
    { line: 'q8s-cli runtime build', does: 'Build it on the default base' },
    { line: 'q8s-cli runtime build --base python:3.12-slim', does: 'Build it on another Python' }
  ],
  async run(context, _given, { base }) {
    const client = await context.client()
    const { jobId } = await client.projects.buildRuntime(base === undefined ? {} : { base }, context)
    let last = ''
    await followJob(context, client, jobId, {
      onChange: job => {
        last = job.log.at(-1) ?? ''
        const stage = stageText(job.stage)
        context.output.progress(last === '' ? stage : `${stage}: ${last}`)
      }
    })
    return { json: { built: true, log: last }, text: last === '' ? 'The runtime image is built.' : last }
  }
})
