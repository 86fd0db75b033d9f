/** Writes a backup: one file with everything of a home that must not be lost. Hosts may be running. */
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileError, refuseOther, syncFolder } from '#core/files/files.ts'
import { isTemporary, temporaryBeside } from '#core/files/temporary.ts'
import type { HomeFolders } from '#core/host/folders.ts'
import type { BackupReport, HomeCopies } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { copyRecords, type Home } from '../home/home.ts'
import { type BackupHead, readArchive, type Source, writeArchive } from './archive.ts'

/** Parts of the state folder that are copied unchanged, besides records, bundles, key and volumes. */
const STATE = ['projects.json', 'drafts', 'windows', 'projects']
/** How often the backup starts again if an app was removed before its bundle was copied. */
const TRIES = 3

interface Parts {
  readonly folders: HomeFolders
  readonly version: string
  readonly home: Pick<Home, 'store' | 'keyring'>
}

/** `onStage` is called with each new stage. */
export async function backUp(
  { folders, version, home }: Parts,
  file: string,
  { volumes, withKey, onStage, signal }: Parameters<HomeCopies['backup']>[1]
): Promise<BackupReport> {
  const what = `The backup ${file} could not be written`
  await refuseOther(file, what)
  // A separate folder that only its owner can enter, because it holds a copy of the records for a while.
  const work = temporaryBeside(file)
  try {
    await mkdir(work, { mode: 0o700 })
    const key = await home.keyring.export()
    const head: Omit<BackupHead, 'format'> = {
      ...{ version, createdAt: new Date().toISOString(), volumes },
      key: key === undefined ? 'none' : key.place === 'file' || withKey ? 'included' : 'keychain'
    }
    const secretKey = head.key === 'included' ? key?.key : undefined
    const counts = { links: 0 }
    for (let tries = 1; ; tries++) {
      try {
        onStage({ code: 'copying-home' })
        const records = join(work, `records-${tries}.db`)
        const bundles = await copyRecords(home, records)
        const sources = sourcesOf({ folders, records, bundles, secretKey, volumes }, counts)
        const archive = join(work, `backup-${tries}`)
        const { files, bytes } = await writeArchive(archive, head, sources, signal)
        onStage({ code: 'checking-copy' })
        await readArchive(archive, async () => undefined, signal)
        await rename(archive, file)
        await syncFolder(dirname(file))
        return { file, files, bytes, key: head.key, volumes, skippedLinks: counts.links }
      } catch (error) {
        const { code, path } = error as NodeJS.ErrnoException
        if (code !== 'ENOENT') throw error
        if (tries === TRIES) throw missing(path ?? '')
      }
    }
  } catch (error) {
    throw fileError(error, what)
  } finally {
    await rm(work, { recursive: true, force: true }).catch(() => undefined)
  }
}

interface Wanted {
  readonly folders: HomeFolders
  readonly records: string
  readonly bundles: readonly string[]
  readonly secretKey: Uint8Array | undefined
  readonly volumes: boolean
}

/** The contents of the backup, in the order they are written. */
async function* sourcesOf(
  { folders: { state, config }, records, bundles, secretKey, volumes }: Wanted,
  counts: { links: number }
): AsyncGenerator<Source> {
  yield { name: 'state/platform.db', kind: 'file', from: records, mode: 0o600 }
  if (secretKey) yield { name: 'state/keys/secrets.key', kind: 'file', from: secretKey, mode: 0o600 }
  for (const sha256 of bundles) {
    yield {
      ...{ name: `state/bundles/${sha256}.qz`, kind: 'file', mode: 0o644, sha256 },
      from: join(state, 'bundles', `${sha256}.qz`)
    }
  }
  yield* tree('config/settings.json', join(config, 'settings.json'), counts)
  for (const name of STATE) yield* tree(`state/${name}`, join(state, name), counts)
  if (!volumes) return
  for await (const source of tree('state/volumes', join(state, 'volumes'), counts)) {
    yield { ...source, isOptional: true }
  }
}

function missing(path: string): AppError {
  return new AppError('UNAVAILABLE', `${path} is missing.`, 'See q8s-cli doctor, then try again.')
}

/** A file, or a folder with everything in it. Links, pipes and devices are counted and left out. */
async function* tree(name: string, path: string, counts: { links: number }): AsyncGenerator<Source> {
  const found = await lstat(path).catch(error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  if (!found || isTemporary(basename(path))) return
  const mode = found.mode & 0o777
  if (found.isFile()) yield { name, kind: 'file', from: path, mode }
  else if (!found.isDirectory()) counts.links++
  else {
    yield { name, kind: 'folder', from: path, mode }
    for (const child of (await readdir(path)).sort()) {
      yield* tree(`${name}/${child}`, join(path, child), counts)
    }
  }
}
