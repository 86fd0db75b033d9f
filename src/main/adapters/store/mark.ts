/**
 * The mark: a small file beside the database with the number of the last change that was committed. Records are newer than
 * their mark or as new; a database that is older has lost some. A mark that lags, as after a kill, proves less and refuses nothing.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { temporaryBeside } from '#core/files/temporary.ts'

const HEAD = 'q8s-mark'

/** `damaged` where a file is there that is not a mark. */
export type Mark = number | 'damaged' | undefined

export function markFile(database: string): string {
  return `${database}-mark`
}

/** Undefined where there is none: the home is new, or of a version that kept none. */
export function readMark(database: string): Mark {
  let text: string
  try {
    text = readFileSync(markFile(database), 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const changes = Number(/^q8s-mark (\d{1,15}) /.exec(text)?.[1])
  return Number.isSafeInteger(changes) && text === textOf(changes) ? changes : 'damaged'
}

export function writeMark(database: string, changes: number): void {
  replaceFileSync(markFile(database), Buffer.from(textOf(changes), 'latin1'))
}

function textOf(changes: number): string {
  const said = `${HEAD} ${changes}`
  return `${said} ${crc32(said).toString(16).padStart(8, '0')}\n`
}

/**
 * The old content or the new one, never a part of either. Unlike `replaceFile` it does not wait for the folder: after a
 * power loss the old one may be back, which is fine for what lags harmlessly.
 */
export function replaceFileSync(path: string, content: Uint8Array): void {
  const temporary = temporaryBeside(path)
  try {
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
