/** Why the app cannot start: if its folder is not writable, it cannot take even its lock. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError, makeFolder } from '#core/files/files.ts'
import { type ErrorReport, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export async function startProblem(folder: string): Promise<ErrorReport | undefined> {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    await makeFolder(folder, 0o700)
    await writeFile(probe, 'q8s')
    return undefined
  } catch (error) {
    return reportOf(fileError(error, t`The folder ${folder} could not be written`))
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}
