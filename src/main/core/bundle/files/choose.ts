/** Adds files to a bundle or leaves them out when the user asks: writes lines into the project's own `.q8signore`. */
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { readPlain, rewriteFile } from '../../files/files.ts'
import type { FileLocks } from '../../ports.ts'
import { pathProblem } from '../names.ts'
import { Q8SIGNORE } from './exclude-rules.ts'
import { MAX_IGNORE_BYTES, walkProject } from './walk.ts'
import type { WalkedFile } from './walked-file.ts'

/** Limit of paths below a folder that are added one by one; for more, choose folders instead. */
const MAX_LINES = 500

export interface Choice {
  /** Paths as in the list of files: folders end in "/". */
  readonly files: readonly string[]
  readonly included: boolean
}

/** Returns the lines it wrote. Replaces the file as a whole, and only if the result is what the user asked for. */
export async function chooseFiles(
  locks: FileLocks,
  folder: string,
  choice: Choice,
  signal?: AbortSignal
): Promise<string[]> {
  for (const path of choice.files) checkPath(path)
  const file = join(folder, Q8SIGNORE)
  return locks.hold(file, () => writeChoice(folder, file, choice, signal), signal)
}

async function writeChoice(folder: string, file: string, choice: Choice, signal: AbortSignal | undefined) {
  const before = await readIgnoreFile(file)
  const { text, lines } = await newText(folder, before ?? '', choice, signal)
  if (text === (before ?? '')) return []
  await rewriteFile(file, text, async () => {
    if ((await readIgnoreFile(file)) === before) return
    throw new AppError(
      'CONFLICT',
      t`${Q8SIGNORE} was changed by another program.`,
      t`Try again: nothing was written.`
    )
  })
  return lines
}

function checkPath(path: string): void {
  const problem = pathProblem(path)
  if (!problem) return
  throw new AppError('INVALID', t`The path "${path}" ${problem}.`, t`Choose a file of the project.`)
}

/** Undefined if there is no file. INVALID for anything but a plain file: a link could lead anywhere. */
async function readIgnoreFile(file: string): Promise<string | undefined> {
  try {
    return (await readPlain(file, MAX_IGNORE_BYTES)).toString('utf8')
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

/** Tries the fewest lines first: only removes earlier lines, then adds lines for the paths that are still wrong. */
async function newText(folder: string, before: string, choice: Choice, signal: AbortSignal | undefined) {
  const freed = withoutOwnLines(before, choice)
  const lines: string[] = []
  let text = freed
  for (;;) {
    const files = await walkProject(folder, { signal, q8signore: text })
    const wrong = stillWrong(files, choice)
    const [first] = wrong
    if (first === undefined) return { text, lines }
    if (wrong.length > MAX_LINES) {
      throw new AppError(
        'INVALID',
        t`${wrong.length} files would need a line each in ${Q8SIGNORE}.`,
        t`Choose a smaller folder, or change the rule that leaves them out.`
      )
    }
    const more = wrong
      .map(path => `${choice.included ? '!' : ''}/${escapePattern(path)}`)
      .filter(line => !lines.includes(line))
    // More lines would not help paths that a line did not change. A folder that a line included may reveal more paths.
    if (more.length === 0) throw stronger(first, choice.included)
    lines.push(...more)
    text = appendLines(freed, lines)
  }
}

function stronger(path: string, included: boolean): AppError {
  return new AppError(
    'INVALID',
    included ? t`${path} cannot be put into the bundle here.` : t`${path} cannot be left out here.`,
    included
      ? t`A rule deeper in the project, or of the folder around it, leaves it out: see the reason beside it.`
      : t`It is in every bundle, or an ignore file deeper in the project puts it in.`
  )
}

/** Paths that do not match the choice. An included folder brings in only the files that ignore files left out. */
function stillWrong(files: readonly WalkedFile[], { files: chosen, included }: Choice): string[] {
  const wanted = new Set(chosen)
  const folders = chosen.filter(path => path.endsWith('/'))
  const within = (path: string) => folders.some(folder => path !== folder && path.startsWith(folder))
  if (!included) {
    const left = files.filter(file => file.included && (wanted.has(file.path) || within(file.path)))
    return [...new Set(left.map(({ path }) => folders.find(folder => path.startsWith(folder)) ?? path))]
  }
  return files
    .filter(file => !file.included)
    .filter(({ path, isIgnored }) => wanted.has(path) || (within(path) && isIgnored))
    .map(({ path }) => path)
}

/** The text without the lines that an earlier choice wrote for these paths or for paths below them. */
function withoutOwnLines(text: string, { files }: Choice): string {
  const patterns = files.map(path => `/${escapePattern(path)}`)
  const isOwn = (line: string) => {
    const body = line.replace(/^\uFEFF?!?/, '')
    return patterns.some(pattern => body === pattern || (pattern.endsWith('/') && body.startsWith(pattern)))
  }
  const kept = text.split(/(?<=\n)/).filter(line => !isOwn(line.replace(/\r?\n$/, '')))
  return kept.join('')
}

function appendLines(text: string, lines: readonly string[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const gap = text === '' || text.endsWith('\n') ? '' : newline
  return `${text}${gap}${lines.join(newline)}${newline}`
}

/** The path as a pattern that matches only this path. */
function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, '\\$&')
}
