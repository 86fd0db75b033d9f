/** Changes a project's files: the version and memory limit of its manifest, and its requirements. */
import { applyEdits } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { checkAgain } from '../manifest/text-checks.ts'
import { type ProjectWork, refreshProjects, saveDraft, withNotice } from './project-work.ts'

/** Writes the next version into the manifest. */
export function setVersion(work: ProjectWork, path: string, from: string, to: string): Promise<void> {
  const { client, queries, orpc } = work
  return withNotice(t`The version was not changed`, async () => {
    await saveDraft(work, path)
    await client.publishing.setVersion({ path, from, to })
    await Promise.all([refreshProjects(work), queries.invalidateQueries({ queryKey: orpc.publishing.key() })])
  })
}

/** Writes the manifest's MemoryLimit; shows an error and returns false if that fails. */
export async function setMemoryLimit(work: ProjectWork, path: string, limit: string): Promise<boolean> {
  const { client } = work
  let done = false
  await withNotice(t`MemoryLimit was not changed`, async () => {
    await saveDraft(work, path)
    const { setValue } = await import('#shared/manifest-text/edit.ts')
    const { text, revision } = await client.projects.manifest({ path })
    const edits = setValue(text, ['Runtime', 'MemoryLimit'], limit)
    await client.projects.save({ path, text: applyEdits(text, edits), revision })
    done = true
    await refreshProjects(work)
  })
  return done
}

/** Adds lines to the project's requirements.txt. */
export function addRequirements(
  work: ProjectWork,
  path: string,
  requirements: readonly string[]
): Promise<void> {
  return withNotice(t`requirements.txt was not changed`, async () => {
    await work.client.projects.addRequirements({ path, requirements: [...requirements] })
    checkAgain(path)
    await refreshProjects(work)
  })
}
