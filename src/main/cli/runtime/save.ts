/** `runtime save`: saves the image that instances run in to a file. */
import { resolve } from 'node:path'
import { defineCommand } from '../command.ts'
import { followJob } from '../jobs.ts'

export const runtimeSave = defineCommand<{ output?: string }>({
  summary: 'Save the Docker image instances run in to a file',
  description:
    'Save the Docker image instances run in to a file, for a computer that can fetch nothing: there "runtime load" takes it.',
  arguments: [],
  options: [
    {
      flags: '--output <file>',
      summary: 'file to write (q8s-runtime.tar in this folder)',
      completion: 'file'
    }
  ],
  examples: [{ line: 'q8s-cli runtime save --output /media/usb/q8s-runtime.tar', does: 'Write it there' }],
  async run(context, _given, { output = 'q8s-runtime.tar' }) {
    const client = await context.client()
    const file = resolve(context.cwd, output)
    const { jobId } = await client.projects.saveRuntime({ file }, context)
    await followJob(context, client, jobId)
    return { json: { file }, text: `Written to ${file}. On the other computer: q8s-cli runtime load FILE` }
  }
})
