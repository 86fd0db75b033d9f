/** `doctor`: checks this computer: what works, why the rest does not, and what to do. */
import type { Check } from '#shared/system.ts'
import { plainText } from '#shared/text.ts'
import { defineCommand } from './command.ts'

export const doctor = defineCommand<{ connect?: true }>({
  summary: 'Check what works on this computer, and say what to do about the rest',
  description:
    'Check engines, runtime image, Python, local platform and its records, secrets, keychain, disk space, clock, port, certificates and proxy. ' +
    'Nothing is sent over the network but with --connect.\n\nThe exit code is 7 when something does not work; notices do not count.',
  arguments: [],
  options: [
    { flags: '--connect', summary: 'ask the package index too, by installing a small package as for an app' }
  ],
  examples: [
    { line: 'q8s-cli doctor', does: 'Every check, with why it fails and what to do' },
    {
      line: 'q8s-cli doctor --connect',
      does: 'Also whether packages can be installed, through proxy and certificates'
    },
    { line: 'q8s-cli doctor -o json', does: 'The same as one JSON document' }
  ],
  async run(context, _given, { connect }) {
    const client = await context.client()
    context.output.progress(connect ? 'Checking, and installing a small package' : 'Checking')
    const checks = await client.system.checks({ connect: connect === true }, context)
    const failed = checks.filter(({ state }) => state === 'failed').length
    const last =
      failed === 0 ? 'Everything that is needed works.' : `${failed} of ${checks.length} checks failed.`
    return {
      json: { ok: failed === 0, checks },
      text: `${checks.map(lines).join('\n')}\n\n${last}`,
      exitCode: failed === 0 ? 0 : 7
    }
  }
})

function lines({ title, state, checked, message, hint, details, documentation }: Check): string {
  const more = state === 'ok' ? [] : [`Checked: ${checked}`]
  const reading = documentation ? [`${documentation.title}: ${documentation.url}`] : []
  const rest = [...(hint ? [hint] : []), ...reading, ...more, ...details.map(detail => `- ${detail}`)]
  const head = `${state.padEnd(8)}${title}: ${plainText(message)}`
  return [head, ...rest.map(line => `        ${plainText(line)}`)].join('\n')
}
