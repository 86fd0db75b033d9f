/** `runtime load`: loads the image that instances run in from a file. */
import { resolve } from 'node:path'
import { defineCommand } from '../command.ts'
import { followJob } from '../jobs.ts'

export const runtimeLoad = defineCommand({
  summary: 'Load the Docker image instances run in from a file',
  description:
    'Load the Docker image instances run in from a file that "runtime save" of the same version of q8s wrote, as it is or ' +
    'compressed with gzip. Of any other file nothing is loaded.',
  arguments: [{ name: 'file', summary: 'what runtime save wrote', completion: 'file' }],
  options: [],
  examples: [{ line: 'q8s-cli runtime load /media/usb/q8s-runtime.tar', does: 'Take it from there' }],
  async run(context, [file = '']) {
    const client = await context.client()
    const path = resolve(context.cwd, file)
    const { jobId } = await client.projects.loadRuntime({ file: path }, context)
    await followJob(context, client, jobId)
    return { json: { loaded: true, file: path }, text: 'The runtime image is loaded.' }
  }
})
