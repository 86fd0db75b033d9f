/** New projects: a manifest for an existing folder, or a copy of the sample app. */
import { cp, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { applyEdits } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import type { Project } from '#shared/project.ts'
import { fileError, makeFolder, replaceFile } from '../files/files.ts'
import { resourcePath } from '../host/resources.ts'
import type { FileLocks } from '../ports.ts'
import { detectNames, detectProject, newManifest } from './detect.ts'

const SAMPLE = 'hello-wave'

export interface InitRequest {
  readonly path: string
  readonly from: 'manifest' | 'sample'
  readonly name?: string | undefined
  readonly title?: string | undefined
  readonly module?: string | undefined
}

type Names = Pick<InitRequest, 'name' | 'title'>

/** Writes the requested names into the sample's manifest. */
async function rename(file: string, { name, title }: Names): Promise<void> {
  if (name === undefined && title === undefined) return
  const { setValue } = await import('#shared/manifest-text/edit.ts')
  let text = await readFile(file, 'utf8')
  if (name !== undefined) text = applyEdits(text, setValue(text, ['App', 'Name'], name))
  if (title !== undefined) text = applyEdits(text, setValue(text, ['App', 'Title'], title))
  await replaceFile(file, text)
}

export function createInit(open: (path: string) => Promise<Project>, ownFolder: string, locks: FileLocks) {
  /** One work at a time in a folder, so that the next one sees all that this one wrote. */
  const alone = <T>(folder: string, work: () => Promise<T>) =>
    locks.hold(join(folder, MANIFEST_FILES[0]), work)

  async function copySample(folder: string, names: Names = {}): Promise<void> {
    try {
      await makeFolder(folder)
      if ((await readdir(folder)).length > 0) {
        throw new AppError(
          'CONFLICT',
          t`${folder} is not empty.`,
          t`Choose a new or empty folder for the sample.`
        )
      }
      await cp(resourcePath(`samples/${SAMPLE}`), folder, {
        recursive: true,
        filter: path => !path.includes('__pycache__')
      })
      await rename(join(folder, MANIFEST_FILES[0]), names)
    } catch (error) {
      throw fileError(error, t`The sample could not be written to ${folder}`)
    }
  }

  async function writeManifest(folder: string, request: InitRequest): Promise<void> {
    const names = await readdir(folder).catch(error => {
      throw fileError(error, t`${folder} could not be read`)
    })
    const existing = MANIFEST_FILES.find(file => names.includes(file))
    if (existing)
      throw new AppError('CONFLICT', t`${folder} has a ${existing} already.`, t`Open it, and edit it there.`)
    const found = await detectProject(folder)
    const module = request.module ?? found.module
    if (!module) {
      throw new AppError(
        'INVALID',
        t`No Python module that could be started was found in ${folder}.`,
        t`Name it with --module, e.g. \`--module my_app.run\`.`
      )
    }
    const text = newManifest({
      ...found,
      name: request.name ?? found.name,
      title: request.title ?? found.title,
      module
    })
    await replaceFile(join(folder, MANIFEST_FILES[0]), text)
  }

  return {
    async at(request: InitRequest): Promise<Project> {
      const folder = resolve(request.path)
      if (request.from === 'manifest') await alone(folder, () => writeManifest(folder, request))
      else {
        // Names differ per folder, so that two copies of the sample are two apps.
        const { name, title } = await detectNames(folder)
        const names = { name: request.name ?? name, title: request.title ?? title }
        await alone(folder, () => copySample(folder, names))
      }
      return open(folder)
    },

    /** Opens the sample in the host's own folder: an existing copy that has a manifest, or else a fresh copy. */
    async sample(): Promise<Project> {
      for (let n = 1; ; n++) {
        const folder = join(ownFolder, n === 1 ? SAMPLE : `${SAMPLE}-${n}`)
        const isThere = await alone(folder, async () => {
          const names: string[] = await readdir(folder).catch(() => [])
          if (names.length === 0) await copySample(folder)
          return names.length === 0 || names.includes(MANIFEST_FILES[0])
        })
        if (isThere) return open(folder)
      }
    }
  }
}
