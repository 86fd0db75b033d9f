/** Start at login on Linux: a desktop entry in the autostart folder, as specified by freedesktop.org. */
import { readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fileError, replaceFile } from '#core/files/files.ts'
import type { LoginItem } from '#core/ports.ts'
import { t } from '#shared/language.ts'

/** `command` is the full path of the program, followed by its arguments. */
export function xdgAutostart(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env
): LoginItem {
  const { XDG_CONFIG_HOME: config = '' } = env
  // The specification says to ignore a relative path.
  const folder = isAbsolute(config) ? config : join(homedir(), '.config')
  const file = join(folder, 'autostart', 'ai.h2o.q8s.desktop.desktop')
  const exec = `Exec=${execLine(command)}`

  return {
    /** False for an entry of another installation, or an entry that the desktop has switched off. */
    async isOn() {
      const lines = await readLines(file)
      return lines.includes(exec) && !lines.some(line => OFF.test(line))
    },
    async turn(on) {
      if (on) return replaceFile(file, entryOf(exec))
      await rm(file, { force: true }).catch(error => {
        throw fileError(error, t`${file} could not be removed`)
      })
    }
  }
}

/** What desktops write into an entry when the user switches it off there. */
const OFF = /^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/

async function readLines(file: string): Promise<readonly string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fileError(error, t`${file} could not be read`)
  }
}

function entryOf(exec: string): string {
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=q8s Desktop',
    'Comment=Build and run q8s apps',
    exec,
    'Terminal=false'
  ]
  return `${lines.join('\n')}\n`
}

/** Quotes each word, then escapes the whole line like every text in such a file. A percent sign begins a field code. */
function execLine(words: readonly string[]): string {
  const quoted = words.map(word => `"${word.replaceAll('%', '%%').replace(/["`$\\]/g, '\\$&')}"`).join(' ')
  return quoted
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
}
