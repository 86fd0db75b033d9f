/** Finds Electron's program without fetching anything. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)

/** Path of the program, or undefined where it was never fetched. ELECTRON_OVERRIDE_DIST_PATH names another build. */
export function electronProgram() {
  const fetched = join(import.meta.dirname, '../node_modules/electron/path.txt')
  if (!process.env.ELECTRON_OVERRIDE_DIST_PATH && !existsSync(fetched)) return undefined
  const program = require('electron')
  return existsSync(program) ? program : undefined
}
