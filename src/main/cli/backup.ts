/** `backup`: writes one file with everything in this home that must not be lost. */
import { resolve } from 'node:path'
import { plural } from '#shared/language.ts'
import { bytesText } from '#shared/quantity.ts'
import { type Stage, stageText } from '#shared/stage.ts'
import { defineCommand } from './command.ts'

interface Options {
  readonly volumes?: true
  readonly withKey?: true
}

export const backup = defineCommand<Options>({
  summary: 'Back up apps, instances, secrets and settings to one file',
  description:
    'Write one file (a tar) with all apps and their bundles, the records of instances, secrets, settings, recent and dropped ' +
    'projects and unsaved texts. Windows and other commands may be at work; the file is a picture of one moment, is read ' +
    'again before it is put in its place, and only you can read it.\n\n' +
    'Environments, caches, logs, and what runs are not in it; volumes of instances are with --volumes. Stop instances first ' +
    'that write to theirs.\n\n' +
    'Secrets are encrypted in it. Where their key is in a file of this home, the key is in the backup too: anyone who has ' +
    'the backup can read the secrets. Where the key is in the keychain, it stays there, and a restore on another computer ' +
    'cannot read the secrets, unless --with-key puts the key into the backup.',
  arguments: [{ name: 'file', summary: 'file to write; one that is there is replaced', completion: 'file' }],
  options: [
    { flags: '--volumes', summary: 'also the volumes of instances' },
    { flags: '--with-key', summary: 'also the key of the secrets, where the keychain has it' }
  ],
  examples: [
    { line: 'q8s-cli backup q8s.backup', does: 'Write it to that file' },
    {
      line: 'q8s-cli backup --volumes --with-key /media/usb/q8s.backup',
      does: 'All that another computer needs'
    }
  ],
  async run(context, [file = ''], { volumes = false, withKey = false }) {
    const copies = await context.copies()
    const path = resolve(context.cwd, file)
    const { output, signal } = context
    const onStage = (stage: Stage) => output.progress(stageText(stage))
    const report = await copies.backup(path, { volumes, withKey, signal, onStage })
    if (report.skippedLinks > 0) {
      output.note(
        `${plural(report.skippedLinks, 'link, pipe or device is', 'links, pipes or devices are')} not in it.`
      )
    }
    const keys = {
      none: '',
      included: '\nIt holds the key of the secrets: keep it where only you can read it.',
      keychain: '\nThe key of the secrets stays in the keychain of this computer: see --with-key.'
    }
    const size = `${plural(report.files, 'file')}, ${bytesText(report.bytes)}`
    return { json: report, text: `Written to ${path} (${size}), and checked.${keys[report.key]}` }
  }
})
