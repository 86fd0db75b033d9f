/** Opens an address in the system's browser. */
import { spawn } from 'node:child_process'

/** Resolves when the opener was started, or quietly when there is none: the address is printed anyway. */
export function openInBrowser(url: string): Promise<void> {
  const [command, ...args] = opener(url)
  return new Promise(resolve => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.once('error', () => resolve())
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
}

function opener(url: string): readonly [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', url]
  // `start` is a shell's own command; explorer takes an address without one.
  if (process.platform === 'win32') return ['explorer.exe', url]
  return ['xdg-open', url]
}
