/** Finds the folder of the built renderer, which is beside the built main code. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '#shared/errors.ts'

export function rendererFolder(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    for (const name of ['renderer', 'out/renderer']) {
      const candidate = join(folder, name)
      if (existsSync(join(candidate, 'index.html')) && existsSync(join(candidate, 'assets'))) return candidate
    }
  }
  throw new AppError(
    'INTERNAL',
    'The window of this installation is missing.',
    'Run `npm run build`, or install again.'
  )
}
