/** Restores a home from a backup: checks all of it, unpacks it beside the home, then renames it into place. */
import { chmod, copyFile, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileError, makeFolder, replaceFile, syncFolder } from '#core/files/files.ts'
import type { HomeFolders } from '#core/host/folders.ts'
import type { Engine, HomeCopies, Keychain, RestoreReport } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'

import { databaseFile } from '../home/home.ts'
import { placeRestoredKey } from '../home/keyring.ts'
import { removeTree } from '../remove-tree.ts'
import { isOpenElsewhere, keepLog, openStore, restoringFolder } from '../store/database.ts'
import { localSchema } from '../store/schema.ts'
import { damaged, type Entry, readArchive } from './archive.ts'

/** Names of entries in a backup: the settings, and files below the state folder. */
const NAME = /^(config\/settings\.json|state(\/[^/\\\0]+)+)$/

interface Parts {
  readonly folders: HomeFolders
  readonly engines: readonly Engine[]
  readonly keychain: Keychain
}

/** CONFLICT if a home exists there or is in use; nothing is changed then. */
export async function restore(
  { folders, engines, keychain }: Parts,
  file: string,
  { replace, stop, onStage, signal }: Parameters<HomeCopies['restore']>[1]
): Promise<RestoreReport> {
  onStage({ code: 'checking-backup' })
  await readArchive(file, async ({ name }) => requireName(name, file), signal)
  const { state, config } = folders
  if (!replace && (await isFilled(state))) throw notEmpty(state)
  await endInstances(engines, state, stop, signal)
  await refuseOpen(state)
  const staged = restoringFolder(state)
  try {
    await removeTree(staged)
    await makeFolder(dirname(staged))
    await mkdir(staged, { mode: 0o700 })
    onStage({ code: 'restoring-home' })
    const modes: FolderMode[] = []
    const head = await readArchive(file, entry => unpack(entry, staged, modes, file), signal)
    for (const { path, mode } of modes.reverse()) await settle(path, mode)
    const settings = await readFile(join(staged, 'settings.json')).catch(() => undefined)
    await rm(join(staged, 'settings.json'), { force: true })
    const key = await checkRecords(staged, keychain)
    await settle(staged, 0o700)
    signal.throwIfAborted()
    const stamp = new Date().toISOString().replace(/[-:.]/g, '')
    const aside: string[] = []
    if (settings) aside.push(...(await replaceSettings(join(config, 'settings.json'), settings, stamp)))
    aside.push(...(await swap(staged, state, stamp)))
    return { createdAt: head.createdAt, volumes: head.volumes, key, aside }
  } catch (error) {
    await removeTree(staged).catch(() => undefined)
    throw fileError(error, `The backup ${file} could not be restored`)
  }
}

function requireName(name: string, file: string): void {
  const parts = name.split('/')
  if (!NAME.test(name) || parts.includes('..') || parts.includes('.')) throw damaged(file)
}

interface FolderMode {
  readonly path: string
  readonly mode: number
}

async function unpack(
  { name, kind, mode, content }: Entry,
  staged: string,
  modes: FolderMode[],
  file: string
) {
  requireName(name, file)
  const path = join(staged, ...name.split('/').slice(1))
  await makeFolder(dirname(path), 0o700)
  if (kind === 'folder') {
    await makeFolder(path, 0o700)
    modes.push({ path, mode })
    return
  }
  const handle = await open(path, 'wx', 0o600)
  try {
    for await (const piece of content) await handle.writeFile(piece)
    await handle.chmod(mode).catch(() => undefined)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function settle(path: string, mode: number): Promise<void> {
  await syncFolder(path)
  // Some file systems do not support modes.
  await chmod(path, mode).catch(() => undefined)
}

/**
 * Checks that the records open, migrates them, and puts their key where they say it is. Opens a copy: its files stay
 * open until this process ends, and Windows does not rename a folder with open files.
 */
async function checkRecords(staged: string, keychain: Keychain): Promise<RestoreReport['key']> {
  const work = await mkdtemp(join(tmpdir(), 'q8s-restore-'))
  try {
    const [from, copy] = [databaseFile(staged), databaseFile(work)]
    await copyFile(from, copy)
    const store = await openStore(copy, localSchema)
    let key: RestoreReport['key']
    try {
      key = await placeRestoredKey(store, join(staged, 'keys', 'secrets.key'), keychain)
    } finally {
      store.close()
    }
    for (const part of ['', '-mark', '-sums']) {
      await replaceFile(`${from}${part}`, await readFile(`${copy}${part}`), { mode: 0o600 })
    }
    return key
  } finally {
    await rm(work, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function endInstances(engines: readonly Engine[], state: string, stop: boolean, signal: AbortSignal) {
  for (const engine of engines) {
    // An engine that does not answer runs nothing that could be found.
    const ids = await engine.list(join(state, 'runs'), signal).catch(() => [])
    if (ids.length > 0 && !stop) {
      throw new AppError(
        'CONFLICT',
        `Instances of this home run: ${ids.join(', ')}.`,
        `Stop them first: q8s-cli instance stop ID. Where the home does not open any more, add --stop.`
      )
    }
    for (const id of ids) await engine.stop(id, join(state, 'runs', id), 10, signal)
  }
}

async function refuseOpen(state: string): Promise<void> {
  const database = databaseFile(state)
  if (!(await stat(database).catch(() => undefined))) return
  await keepLog(database)
  if (!(await isOpenElsewhere(database))) return
  await rm(`${database}-wal.copy`, { force: true })
  throw new AppError(
    'CONFLICT',
    `Another q8s process has this home (${state}) open.`,
    `Close its windows, quit it from the tray, and end other q8s-cli commands. Then try again.`
  )
}

/** Ignores the file locks and the hosts' log: they exist before there is anything to lose. */
async function isFilled(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [])
  return names.some(name => name !== 'locks' && name !== 'log')
}

function notEmpty(folder: string): AppError {
  return new AppError(
    'CONFLICT',
    `There is a home already, in ${folder}.`,
    `With --yes it is renamed, not deleted, and the backup takes its place.`
  )
}

/**
 * Renames the existing folder, then puts the new one in its place. Nothing is merged or deleted. Returns the old
 * folder's new name.
 */
async function swap(staged: string, state: string, stamp: string): Promise<string[]> {
  const aside = join(dirname(state), `${basename(state)}.before-${stamp}`)
  const isThere = await stat(state).then(
    () => true,
    () => false
  )
  if (isThere) await rename(state, aside)
  try {
    await rename(staged, state)
  } catch (error) {
    if (isThere) await rename(aside, state)
    throw error
  }
  await syncFolder(dirname(state))
  return isThere ? [aside] : []
}

async function replaceSettings(path: string, text: Uint8Array, stamp: string): Promise<string[]> {
  const before = await readFile(path).catch(() => undefined)
  const aside = `${path}.before-${stamp}`
  if (before) await replaceFile(aside, before, { mode: 0o600 })
  await replaceFile(path, text, { mode: 0o600 })
  return before ? [aside] : []
}
