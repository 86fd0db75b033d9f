/** The project's nouns of the contract, bound to the services; long work becomes a job. */
import { resolve } from 'node:path'
import { isBundlePath } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import type { Platform } from '#shared/platform.ts'
import type { JobContext, Jobs } from '../jobs/jobs.ts'
import { createTurns } from '../jobs/turns.ts'
import type { FileLocks, RunOptionsStore } from '../ports.ts'
import type { Drafts } from '../project/drafts.ts'
import type { Drops } from '../project/drop.ts'
import { findManifest, saveManifest, watchManifest } from '../project/manifest-file.ts'
import { bundlePath, type Projects } from '../project/service.ts'
import type { PublishFolders } from '../publishing/publish.ts'
import { os } from './context.ts'

/** Builds the image that instances run in; reports each line of its output. */
export type BuildRuntime = (request: {
  base?: string
  signal: AbortSignal
  onLine: (line: string) => void
}) => Promise<{ image: string }>

/** Writes the runtime image to a file, or loads it from a file. */
type RuntimeFile = (request: {
  readonly file: string
  readonly signal: AbortSignal
  readonly onBytes: (done: number, total: number) => void
}) => Promise<void>

export interface ProjectServices {
  readonly projects: Projects
  readonly jobs: Jobs
  readonly drops: Drops
  readonly drafts: Drafts
  readonly locks: FileLocks
  readonly folders: PublishFolders
  /** The platform on this computer, the same for connections of every profile. */
  readonly local: () => Promise<Platform>
  readonly runOptions: () => Promise<RunOptionsStore>
  readonly buildRuntime: BuildRuntime
  readonly saveRuntime: RuntimeFile
  readonly loadRuntime: RuntimeFile
}

export function projectsRouter(services: ProjectServices) {
  const { projects, jobs, drops, drafts, folders, locks } = services
  const { projects: noun } = os
  const inTurn = createTurns()
  return noun.router({
    recent: noun.recent.handler(() => projects.recent()),
    open: noun.open.handler(({ input }) => projects.open(input.path)),
    pin: noun.pin.handler(({ input }) => projects.pin(input.path, input.pinned)),
    forget: noun.forget.handler(({ input }) => projects.forget(input.path)),
    init: noun.init.handler(({ input }) => projects.init.at(input)),
    detect: noun.detect.handler(async ({ input, signal }) => {
      const { detectProject } = await import('../project/detect.ts')
      return detectProject(resolve(input.path), signal)
    }),
    sample: noun.sample.handler(() => projects.init.sample()),
    manifest: noun.manifest.handler(({ input }) => projects.manifest(input.path)),
    check: noun.check.handler(({ input, signal }) => projects.check(input.path, input.text, signal)),
    requirements: noun.requirements.handler(async ({ input, signal }) => {
      const { readRequirementsOf } = await import('../project/requirements.ts')
      return readRequirementsOf(input.path, signal)
    }),
    addRequirements: noun.addRequirements.handler(async ({ input, signal }) => {
      const { addRequirements } = await import('../project/requirements.ts')
      return { added: await addRequirements(locks, input.path, input.requirements, signal) }
    }),
    save: noun.save.handler(async ({ input, signal }) => ({
      revision:
        input.revision === ''
          ? await projects.restore(input.path, input.file, input.text, signal)
          : await saveManifest(locks, await findManifest(input.path), input.text, input.revision, signal)
    })),
    pictures: noun.pictures.handler(async ({ input }) => {
      const { readPictures } = await import('../project/pictures.ts')
      return readPictures((await findManifest(input.path)).folder)
    }),
    draft: noun.draft.handler(async ({ input }) => ({ draft: (await drafts.read(input.path)) ?? null })),
    keepDraft: noun.keepDraft.handler(({ input }) => drafts.keep(input.path, input.draft ?? undefined)),
    watch: noun.watch.handler(async ({ input, signal }) =>
      watchManifest(await findManifest(input.path), signal)
    ),
    files: noun.files.handler(async ({ input, signal }) => {
      const { folder } = await findManifest(input.path)
      const { reportFiles } = await import('../bundle/write/report.ts')
      const budget = (await folders.sizeBudget?.()) ?? 0
      const { entries, findings, count, size } = await reportFiles(folder, {
        signal,
        cacheFolder: folders.index,
        sizeBudget: budget
      })
      return { entries, findings, count, size, budget }
    }),
    bundle: noun.bundle.handler(async ({ input }) => {
      const project = await projects.open(input.path)
      const output = resolve(input.output ?? `${project.path}/${project.name}.${project.version}.qz`)
      const job = jobs.start('bundle', { code: 'name', name: project.title }, async context => {
        const { bundleProject } = await import('../publishing/publish.ts')
        const { file, sha256 } = await bundleProject(project.path, output, folders, context)
        return { file, sha256 }
      })
      return jobs.acknowledged(job)
    }),
    inspect: noun.inspect.handler(async ({ input, signal }) => {
      const { inspectBundle } = await import('../bundle/read/index.ts')
      return inspectBundle(await bundlePath(input.file), signal ? { signal } : {})
    }),
    publish: noun.publish.handler(async ({ input, context: connection }) => {
      const { path, title } = await titled(projects, input.path)
      const platform = await connection.platform()
      const kind = input.deploy ? 'deploy' : 'import'
      const job = jobs.start(kind, { code: 'name', name: title }, async context => {
        const { publish } = await import('../publishing/publish.ts')
        return publish(platform, { ...input, path }, folders, context, inTurn)
      })
      return jobs.acknowledged(job)
    }),
    run: noun.run.handler(async ({ input }) => {
      const project = await projects.open(input.path)
      const platform = await services.local()
      const kept = input.remembered ? await (await services.runOptions()).read(project.path) : undefined
      const env = {
        ...Object.fromEntries(kept?.env.map(({ name, value }) => [name, value]) ?? []),
        ...input.env
      }
      const { engine = kept?.engine, port = kept?.port, replaces, attached } = input
      const job = jobs.start('run', { code: 'name', name: project.title }, async context => {
        const { runProject } = await import('../publishing/publish.ts')
        const request = { path: project.path, env, engine, port, replaces, attached }
        return runProject(platform, request, folders, context)
      })
      return jobs.acknowledged(job)
    }),
    changes: noun.changes.handler(async ({ input, signal }) => {
      const { folder } = await findManifest(input.path)
      const { watchProject } = await import('../project/changes.ts')
      return watchProject(folder, signal)
    }),
    runOptions: noun.runOptions.handler(async ({ input }) =>
      (await services.runOptions()).read(await folderOf(input.path))
    ),
    saveRunOptions: noun.saveRunOptions.handler(async ({ input }) =>
      (await services.runOptions()).save(await folderOf(input.path), input.options)
    ),
    dropBegin: noun.dropBegin.handler(({ input }) => drops.begin(input.name)),
    dropFile: noun.dropFile.handler(({ input }) => drops.file(input)),
    dropEnd: noun.dropEnd.handler(({ input }) => drops.end(input.dropId)),
    buildRuntime: noun.buildRuntime.handler(({ input }) => {
      const job = jobs.start('runtime-build', NO_SUBJECT, async ({ signal, log, stage }) => {
        stage({ code: 'building-image' })
        const base = input.base === undefined ? {} : { base: input.base }
        await services.buildRuntime({ ...base, signal, onLine: log })
        return {}
      })
      return jobs.acknowledged(job)
    }),
    saveRuntime: noun.saveRuntime.handler(({ input }) => {
      const file = resolve(input.file)
      const job = jobs.start('runtime-save', NO_SUBJECT, async ({ signal, stage }) => {
        await services.saveRuntime({ file, signal, onBytes: bytesOf(stage, 'saving-image') })
        return { file }
      })
      return jobs.acknowledged(job)
    }),
    loadRuntime: noun.loadRuntime.handler(({ input }) => {
      const file = resolve(input.file)
      const job = jobs.start('runtime-load', NO_SUBJECT, async ({ signal, stage }) => {
        stage({ code: 'checking-image' })
        await services.loadRuntime({ file, signal, onBytes: bytesOf(stage, 'loading-image') })
        return {}
      })
      return jobs.acknowledged(job)
    })
  })
}

const NO_SUBJECT = { code: 'none' } as const

function bytesOf(stage: JobContext['stage'], code: 'saving-image' | 'loading-image') {
  return (done: number, total: number) =>
    stage({ code }, total === 0 ? undefined : Math.floor((100 * done) / total), { done, total })
}

/** The project's folder as `open` returns it; the path itself if the project no longer exists. */
function folderOf(path: string): Promise<string> {
  return findManifest(path).then(
    ({ folder }) => folder,
    () => resolve(path)
  )
}

/** A project with its folder's path, or a bundle with its file's path. */
async function titled(projects: Projects, path: string): Promise<{ path: string; title: string }> {
  if (isBundlePath(path)) {
    const file = await bundlePath(path).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined
      throw error
    })
    if (file) return { path: file, title: file.replace(/^.*[\\/]/, '') }
  }
  const project = await projects.open(path)
  return { path: project.path, title: project.title }
}
