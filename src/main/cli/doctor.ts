/** `doctor`: what of this computer works, why the rest does not, and what to do. */
import type { Check } from '#shared/system.ts'
import { plainText } from '#shared/text.ts'
import { defineCommand } from './command.ts'

export const doctor = defineCommand({
  summary: 'Check what works on this computer, and say what to do about the rest',
  description:
    'Check engines, runtime image, Python, local platform, keychain, disk space, clock, port, certificates and proxy. ' +
    'Nothing is sent over the network.\n\nThe exit code is 7 when something does not work; notices do not count.',
  arguments: [],
  options: [],
  examples: [
    { line: 'q8s-cli doctor', does: 'Every check, with why it fails and what to do' },
    { line: 'q8s-cli doctor -o json', does: 'The same as one JSON document' }
  ],
  async run(context) {
    const client = await context.client()
    context.output.progress('Checking')
    const checks = await client.system.checks(undefined, context)
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

function lines({ title, state, checked, message, hint, details }: Check): string {
  const more = state === 'ok' ? [] : [`Checked: ${checked}`]
  const rest = [...(hint ? [hint] : []), ...more, ...details.map(detail => `- ${detail}`)]
  const head = `${state.padEnd(8)}${title}: ${plainText(message)}`
  return [head, ...rest.map(line => `        ${plainText(line)}`)].join('\n')
}
