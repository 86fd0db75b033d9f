/** `config docker`: lists every Docker on this computer, and whether it answers. */
import type { DockerFound } from '#shared/docker.ts'
import { defineCommand } from '../command.ts'
import { record } from '../format.ts'

export const configDocker = defineCommand({
  summary: 'List every Docker of this computer, and whether it answers',
  description:
    'List every Docker of this computer: contexts of the docker command, and the sockets and pipes of Docker, Podman, ' +
    'Colima, OrbStack and Rancher Desktop. Automatic is the one the docker command asks.\n\n' +
    'Instances stay in the Docker they were started in: while another one is chosen they go on, and show as they were last seen.',
  arguments: [],
  options: [],
  examples: [
    { line: 'q8s-cli config docker', does: 'What there is, and why it does not answer' },
    { line: 'q8s-cli config setup --docker auto', does: 'Choose one of them' }
  ],
  async run(context) {
    const client = await context.client()
    context.output.progress('Asking each')
    const dockers = await client.system.dockers(undefined, context)
    return { json: dockers, text: dockers.map(lines).join('\n\n') }
  }
})

function lines({ address, name, url, message, hint, chosen }: DockerFound): string {
  return record([
    [chosen ? '*' : '', name],
    ['Address', address === url || !url ? address : `${address} (${url})`],
    ['State', [message, ...(hint ? [hint] : [])].join('\n')]
  ])
}
