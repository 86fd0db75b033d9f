/** `restore`: restores a home from a file that `backup` wrote. */
import { resolve } from 'node:path'
import { type Stage, stageText } from '#shared/stage.ts'
import { defineCommand } from './command.ts'

interface Options {
  readonly yes?: true
  readonly stop?: true
}

export const restore = defineCommand<Options>({
  summary: 'Restore a home from a backup',
  description:
    'Check a file that "backup" wrote, whole, then make the home it holds. A home that is there is a conflict; with --yes it is ' +
    'renamed, never deleted, and nothing of the two is merged. Close the windows of q8s first, and stop instances.',
  arguments: [{ name: 'file', summary: 'what backup wrote', completion: 'file' }],
  options: [
    { flags: '--yes', summary: 'rename the home that is there, and put the backup in its place' },
    { flags: '--stop', summary: 'stop instances of the home that is there' }
  ],
  examples: [
    { line: 'q8s-cli restore q8s.backup', does: 'On a new computer' },
    { line: 'q8s-cli restore --yes q8s.backup', does: 'In place of the home that is there, which is kept' }
  ],
  async run(context, [file = ''], { yes = false, stop = false }) {
    const copies = await context.copies()
    const path = resolve(context.cwd, file)
    const { output, signal } = context
    const onStage = (stage: Stage) => output.progress(stageText(stage))
    const report = await copies.restore(path, { replace: yes, stop, signal, onStage })
    if (report.key === 'missing') {
      output.note(
        'The secrets cannot be read: their key is in the keychain of the computer the backup is of. Set them again, or make a backup there with --with-key.'
      )
    }
    const kept = report.aside.map(name => `\nWhat was there is kept as ${name}`).join('')
    return { json: report, text: `Restored the home as it was at ${report.createdAt}.${kept}` }
  }
})
