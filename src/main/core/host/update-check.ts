/** The result of the last update check, stored so that a restart neither repeats the check nor forgets its result. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Release, UpdateChannel } from '#shared/updates.ts'
import { setAside } from '../files/damaged.ts'
import { replaceFile } from '../files/files.ts'
import { sealed, unsealed } from '../files/sealed.ts'

const UpdateCheck = z.object({
  at: z.iso.datetime(),
  channel: UpdateChannel,
  offered: Release.optional(),
  problem: z.object({ message: z.string(), hint: z.string().optional() }).optional()
})

/** When a channel was checked, and what it offered or why the check failed. */
export type UpdateCheck = z.infer<typeof UpdateCheck>

/** The last check; undefined if there was none. A damaged file is set aside. */
export async function readUpdateCheck(file: string): Promise<UpdateCheck | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return UpdateCheck.parse(JSON.parse(unsealed(text)))
  } catch {
    await setAside(file)
    return undefined
  }
}

/** Replaces the last check. */
export function writeUpdateCheck(file: string, check: UpdateCheck): Promise<void> {
  return replaceFile(file, sealed(JSON.stringify(check)), { mode: 0o600 })
}
