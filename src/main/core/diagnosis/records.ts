/** The diagnosis of data that must not be lost: the platform's records, the secrets, and files found damaged. */
import { join } from 'node:path'
import { t } from '#shared/language.ts'
import type { Platform } from '#shared/platform.ts'
import type { Check } from '#shared/system.ts'
import { listAside } from '../files/damaged.ts'
import type { HomeFolders } from '../host/folders.ts'
import type { RecordsProbe } from '../ports.ts'

/** Folders, below the state folder, where damaged files are set aside. */
const PLACES = ['', 'drafts', 'windows', 'keys']

/** A home that lost records does not open: then `platform` or its first call throws the reason. */
export async function checkRecords(
  platform: Platform,
  { recordProblems }: RecordsProbe,
  { state }: HomeFolders,
  signal: AbortSignal
): Promise<Check> {
  const common = {
    id: 'platform',
    title: t`Local platform`,
    checked: t`The records in ${state}: that they open, can be written, are whole, and none is missing; the bundles of apps`
  } as const
  await platform.apps.list({}, { signal })
  const problems = await recordProblems()
  if (problems.length > 0) {
    return {
      ...common,
      state: 'failed',
      message: t`Records or bundles are damaged.`,
      hint: t`Quit q8s, then restore a backup: q8s-cli restore FILE`,
      details: problems
    }
  }
  const aside = await listAside(PLACES.map(place => join(state, place)))
  if (aside.length === 0) return { ...common, state: 'ok', message: t`Ready.`, details: [] }
  return {
    ...common,
    state: 'notice',
    message: t`Damaged files were set aside.`,
    hint: t`Check whether they hold anything you miss, then delete them.`,
    details: aside
  }
}

/** Throws the reason if the secrets cannot be read. */
export async function checkSecrets(
  platform: Platform,
  { checkSecrets }: RecordsProbe,
  signal: AbortSignal
): Promise<Check> {
  const common = {
    id: 'secrets',
    title: t`Secrets`,
    details: [],
    checked: t`That the key of the secrets is there, and decrypts each of them`
  } as const
  const isOpen = await platform.apps.list({}, { signal }).then(
    () => true,
    () => false
  )
  signal.throwIfAborted()
  if (!isOpen)
    return { ...common, state: 'skipped', message: t`The records cannot be read, see Local platform.` }
  await checkSecrets()
  return { ...common, state: 'ok', message: t`They can be read.` }
}
