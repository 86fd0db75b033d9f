/** Why a path of a project goes into its bundle or stays out: codes with arguments, and their text. */
import { z } from 'zod'
import { t } from './language.ts'

/** Reasons that need no argument. */
const PLAIN_REASONS = [
  'part-of-project',
  'always',
  'empty-folder',
  'nothing-inside',
  'version-control',
  'python-cache',
  'virtual-environment',
  'node-packages',
  'system-file',
  'editor-file',
  'bundle',
  'run-variables',
  'support-archive',
  'unfinished',
  'ignored',
  'kept',
  'refused',
  'named-pipe',
  'socket',
  'device',
  'special-file'
] as const

export const FileReason = z.discriminatedUnion('code', [
  z.object({ code: z.enum(PLAIN_REASONS) }),
  /** A line of an ignore file excludes it. */
  z.object({
    code: z.literal('ignored-by'),
    /** The ignore file, relative to the project. */
    file: z.string(),
    line: z.int().min(1),
    pattern: z.string()
  }),
  /** A link; `target` if it is known. */
  z.object({ code: z.literal('link'), target: z.string().optional() })
])
export type FileReason = z.infer<typeof FileReason>

const TEXTS: Readonly<Record<(typeof PLAIN_REASONS)[number], () => string>> = {
  'part-of-project': () => t`part of the project`,
  always: () => t`always in the bundle`,
  'empty-folder': () => t`empty folder`,
  'nothing-inside': () => t`nothing in it goes into the bundle`,
  'version-control': () => t`version control`,
  'python-cache': () => t`Python cache`,
  'virtual-environment': () => t`virtual environment`,
  'node-packages': () => t`Node packages`,
  'system-file': () => t`system file`,
  'editor-file': () => t`editor file`,
  bundle: () => t`bundle`,
  'run-variables': () => t`variables for a run here`,
  'support-archive': () => t`support archive`,
  unfinished: () => t`unfinished file of q8s`,
  ignored: () => t`ignored`,
  kept: () => t`kept by .q8signore`,
  refused: () => t`cannot be in a bundle`,
  'named-pipe': () => t`a named pipe`,
  socket: () => t`a socket`,
  device: () => t`a device`,
  'special-file': () => t`a special file`
}

/** `ignored by .gitignore: *.log`, `virtual environment`: in the reader's language. */
export function reasonText(reason: FileReason): string {
  switch (reason.code) {
    case 'ignored-by':
      return t`ignored by ${reason.file}: ${reason.pattern}`
    case 'link':
      return reason.target === undefined ? t`link` : t`link to ${reason.target}`
    default:
      return TEXTS[reason.code]()
  }
}
