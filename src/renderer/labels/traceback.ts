/** Finds where an app failed in the Python tracebacks it printed. The text is untrusted, so it cannot open anything. */
import type { Instance } from '#shared/instance.ts'
import { isRunStart, type LogLine } from '#shared/log.ts'
import { plainLine, plainText } from '#shared/text.ts'

export interface FailingLine {
  /** Path inside the project, with forward slashes. */
  readonly file: string
  /** One-based. */
  readonly line: number
  /** `ValueError: no such column`; empty if it was not printed. */
  readonly error: string
  /** Lines of the app that follow the error. */
  readonly after: number
}

/** Loguru marks frames with a sign. */
const FRAME = /^[\s>]*File "([^"]+)", line (\d{1,7})(?:,|$)/
/** The prefix of each line of an exception group. */
const BARS = /^ *(?:\| ?)+/
const INSTALLED = /(?:^|\/)(?:site|dist)-packages\//
const ERROR_LIMIT = 300

/**
 * The innermost frame of the app's own code in the last traceback of the newest run that has one. `has` returns whether
 * the project has a file.
 */
export function failingLine(
  lines: readonly LogLine[],
  instance: Pick<Instance, 'id' | 'engine'>,
  has: (file: string) => boolean
): FailingLine | undefined {
  const run = lines.findLastIndex(isRunStart)
  const own = lines.slice(run + 1).filter(({ stream }) => stream !== 'system')
  for (let index = own.length - 1; index >= 0; index--) {
    const [, path, number] = FRAME.exec(textOf(own[index])) ?? []
    const file = path === undefined ? undefined : ownFile(path, instance)
    if (file === undefined || !has(file)) continue
    const end = endOf(own, index)
    const error = plainText(textOf(own[end])).slice(0, ERROR_LIMIT)
    return { file, line: Math.max(1, Number(number)), error, after: Math.max(0, own.length - 1 - end) }
  }
  return undefined
}

/** Index of the line that names the error: the first unindented line after a frame, in the same stream. */
function endOf(lines: readonly LogLine[], frame: number): number {
  const stream = lines[frame]?.stream
  const end = lines.findIndex(
    (line, index) => index > frame && line.stream === stream && /^\S/.test(textOf(line))
  )
  return end < 0 ? lines.length : end
}

function textOf(line: LogLine | undefined): string {
  return plainLine(line?.text ?? '').replace(BARS, '')
}

/** An app's root is `/app` in a container, and the folder `app` of its instance in a process. */
function ownFile(path: string, { id, engine }: Pick<Instance, 'id' | 'engine'>): string | undefined {
  const root = engine === 'process' ? `/${id}/app/` : '/app/'
  const slashed = engine === 'process' ? path.replaceAll('\\', '/') : path
  const at = slashed.indexOf(root)
  const file = slashed.slice(at + root.length)
  return at < 0 || (engine !== 'process' && at > 0) || INSTALLED.test(file) ? undefined : file
}
