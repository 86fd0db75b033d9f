/**
 * The mark: a small file beside the database with the number of the last committed change. Records are as new as their
 * mark or newer; an older database has lost some. A mark that lags, as after a kill, proves less and refuses nothing.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { temporaryBeside } from '#core/files/temporary.ts'

const HEAD = 'q8s-mark'

/** `damaged` if the file exists but is not a mark. */
export type Mark = number | 'damaged' | undefined

export function markFile(database: string): string {
  return `${database}-mark`
}

/** Undefined if there is no mark: the home is new, or from a version that did not write one. */
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
 * Replaces the file atomically. Unlike `replaceFile` it does not wait for the folder: a power loss may bring the old
 * content back, which does no harm in these files.
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
