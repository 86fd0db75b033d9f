/** Opens the window in the system's browser, with the one-time token in a file that only its user can read. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '#core/files/files.ts'

/** Files that killed hosts left are removed once they are older than this, in milliseconds. */
const OLD_MS = 3_600_000

/**
 * Starts the browser with the path of the file, never with the address: all users of a computer can see the arguments
 * of its programs. Resolves when the opener was started, or if there is none: the address is also printed.
 */
export async function openInBrowser(url: string, folder: string): Promise<OpenFile> {
  await removeOld(folder)
  const path = join(folder, `${randomBytes(8).toString('hex')}.html`)
  await replaceFile(path, pageTo(url), { mode: 0o600 })
  await start(opener(path))
  return { remove: () => rm(path, { force: true }) }
}

export interface OpenFile {
  /** Removes the file, because the token was used or the host ends. */
  remove(): Promise<void>
}

/** An HTML page that needs no script. The host makes `url`: an address, a port and hex digits. */
function pageTo(url: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${url}">
<title>q8s</title>
<a href="${url}">Open q8s</a>
`
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const info = await stat(path).catch(() => undefined)
    if (info && Date.now() - info.mtimeMs > OLD_MS) await rm(path, { force: true })
  }
}

function start([command, ...args]: readonly [string, ...string[]]): Promise<void> {
  return new Promise(resolve => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.once('error', () => resolve())
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
}

function opener(path: string): readonly [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', path]
  // `start` is built into a shell; explorer opens a file without a shell.
  if (process.platform === 'win32') return ['explorer.exe', path]
  return ['xdg-open', path]
}
