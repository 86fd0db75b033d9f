/** Projects: local folders with a manifest, and what developers do with them. Paths are as the user chose them. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { Visibility } from './app.ts'
import { BundleListing, FileEntry, MAX_CHUNK } from './bundle.ts'
import { Finding } from './finding.ts'
import { HostPath } from './host-path.ts'
import { EngineKind, EnvOverride } from './instance.ts'
import { Manifest } from './manifest.ts'
import { MANIFEST_FILES } from './manifest-files.ts'
import { RunOptions } from './run-options.ts'

const byPath = z.object({ path: HostPath })
const jobStarted = z.object({ jobId: z.uuid() })

/** Most projects that can be pinned at a time. */
export const MAX_PINNED = 8

export const Project = z.object({
  /** Absolute path of the folder. */
  path: z.string(),
  /** Title or Name in the manifest, otherwise the folder's name. */
  title: z.string(),
  name: z.string().optional(),
  version: z.string().optional(),
  openedAt: z.iso.datetime(),
  /** False for a recent project whose folder or manifest is gone. */
  exists: z.boolean(),
  /** It is listed before the other recent projects, and does not drop off the list. */
  pinned: z.boolean()
})
export type Project = z.infer<typeof Project>

export const ManifestText = z.object({
  /** File name inside the project: `q-app.toml` or `app.toml`. */
  file: z.string(),
  text: z.string(),
  /** Identifies the bytes on disk, for `save`. */
  revision: z.string(),
  findings: z.array(Finding),
  /**
   * Why `text` differs from the file's bytes, so that saving it as it is would lose data: `utf-16` is decoded and can
   * be saved as UTF-8, `encoding` has U+FFFD in place of bytes that are not UTF-8, `binary` and `too-large` have no
   * text.
   */
  problem: z.enum(['utf-16', 'encoding', 'binary', 'too-large']).optional(),
  /** The parsed manifest, if enough of it parses. */
  manifest: Manifest.optional()
})
export type ManifestText = z.infer<typeof ManifestText>

export const Picture = z.object({
  /** Inside the project, forward slashes: `static/icon.png`. */
  file: z.string(),
  role: z.enum(['icon', 'screenshot']),
  /** Bytes of the file. */
  size: z.int().min(0),
  /** PNG or JPEG; absent if the file is neither, or larger than 2 MiB. */
  data: z.instanceof(Blob).optional(),
  /** Pixels, if the file has them. */
  width: z.int().optional(),
  height: z.int().optional()
})
export type Picture = z.infer<typeof Picture>

/** Longest unsaved manifest that is stored as a draft; a longer text is lost when its window closes. */
export const MAX_DRAFT_CHARS = 2 * 1024 * 1024

export const Draft = z.object({
  text: z.string().max(MAX_DRAFT_CHARS),
  /** Revision and text of the file on disk when the editing began. */
  revision: z.string().max(64),
  base: z.string().max(MAX_DRAFT_CHARS)
})
export type Draft = z.infer<typeof Draft>

/** Several changes in quick succession. */
export const ProjectChange = z.object({
  /** Files that were added, removed or changed: the first 20, sorted. */
  paths: z.array(z.string()),
  count: z.int().min(1)
})
export type ProjectChange = z.infer<typeof ProjectChange>

/** A line that may be added to a requirements.txt: a name with an optional upper version. No URLs, paths or options. */
const RequirementLine = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?(?:<\d{1,4})?$/)

const ImportedModule = z.object({
  module: z.string(),
  /** Line to add to requirements.txt; absent if no well-known package has that module. */
  requirement: RequirementLine.optional(),
  /** The first import. */
  file: z.string(),
  line: z.int().min(1)
})

export const ProjectRequirements = z.object({
  /** Imports that neither the bundle nor requirements.txt provides. */
  missing: z.array(ImportedModule),
  /** Imports that another requirement may install: q8s cannot know. */
  unsure: z.array(ImportedModule),
  /** Requirements in the file, and how many of them name one version; both 0 if there is no file. */
  count: z.int().min(0),
  pinned: z.int().min(0)
})
export type ProjectRequirements = z.infer<typeof ProjectRequirements>

const imageFile = z.object({ file: HostPath })

export const projectsContract = {
  /** Pinned projects in the order they were pinned, then recently opened ones, newest first. */
  recent: oc.output(z.array(Project)),
  /** Opens a folder (or the manifest inside it). NOT_FOUND if it has no manifest; the hint names `init`. */
  open: oc.input(byPath).output(Project),
  /** Pins or unpins a recent project. NOT_FOUND for any other, CONFLICT beyond `MAX_PINNED`. */
  pin: oc.input(byPath.extend({ pinned: z.boolean() })).output(z.void()),
  /** Removes a project from the recent ones; its folder is not touched. */
  forget: oc.input(byPath).output(z.void()),
  /** Writes a manifest for a folder that has none; finds its Module and route by reading the code. */
  init: oc
    .input(
      z.object({
        path: HostPath,
        /** `sample`: copy the sample app into this (new or empty) folder. `manifest`: only write q-app.toml. */
        from: z.enum(['manifest', 'sample']),
        name: z.string().optional(),
        title: z.string().optional(),
        module: z.string().optional()
      })
    )
    .output(Project),
  /** The values `init` would fill in, and where it found them. */
  detect: oc.input(byPath).output(
    z.object({
      name: z.string(),
      title: z.string(),
      module: z.string().optional(),
      /** A few modules at most that look like the app's start module, best first. */
      modules: z.array(z.string()),
      route: z.string().optional(),
      evidence: z.array(z.string())
    })
  ),
  /** Copies the sample app to the host's own folder and opens the copy. */
  sample: oc.output(Project),
  manifest: oc.input(byPath).output(ManifestText),
  /** Findings for unsaved text; searches the folder for modules, wheels and icons. */
  check: oc
    .input(z.object({ path: HostPath, text: z.string().max(16 * 1024 * 1024) }))
    .output(z.object({ findings: z.array(Finding), manifest: Manifest.optional() })),
  /** Imports of the saved project that it does not install. */
  requirements: oc.input(byPath).output(ProjectRequirements),
  /**
   * Adds lines at the end of requirements.txt and creates the file if there is none. Returns the lines that are new.
   * INVALID if the file is not UTF-8.
   */
  addRequirements: oc
    .input(byPath.extend({ requirements: z.array(RequirementLine).min(1).max(100) }))
    .output(z.object({ added: z.array(z.string()) })),
  /** Icon and screenshots in static/, as the catalog would show them: at most one icon and eight screenshots. */
  pictures: oc.input(byPath).output(z.array(Picture)),
  /**
   * Replaces the whole manifest. CONFLICT if the file is no longer at `revision`; an empty `revision` means that the
   * file no longer exists and `file` is created again.
   */
  save: oc
    .input(
      z.object({
        path: HostPath,
        text: z.string().max(16 * 1024 * 1024),
        revision: z.string(),
        file: z.enum(MANIFEST_FILES).default('q-app.toml')
      })
    )
    .output(z.object({ revision: z.string() })),
  /** The project's unsaved manifest text, if there is one. */
  draft: oc.input(byPath).output(z.object({ draft: Draft.nullable() })),
  /**
   * Stores unsaved text, so that it survives crashes of window and host; null removes it. Only the newest few projects
   * are kept.
   */
  keepDraft: oc.input(z.object({ path: HostPath, draft: Draft.nullable() })).output(z.void()),
  /** Sends the manifest's revision now and after each change on disk; empty if the manifest is gone. */
  watch: oc.input(byPath).output(eventIterator(z.object({ revision: z.string() }))),
  /** Every file, whether it goes in and why, and the findings about the whole bundle. */
  files: oc.input(byPath).output(
    z.object({
      entries: z.array(FileEntry),
      findings: z.array(Finding),
      /** Totals of the files that go in. */
      count: z.int(),
      size: z.int(),
      /** Most bytes the bundle may have before there is a finding; 0 for no limit. */
      budget: z.int().min(0)
    })
  ),
  /** Job: writes the bundle to `output`, or to `<name>.<version>.qz` in the project. */
  bundle: oc.input(z.object({ path: HostPath, output: HostPath.optional() })).output(jobStarted),
  /** Lists a `.qz` without unpacking it. INVALID if a platform would refuse it. */
  inspect: oc.input(z.object({ file: HostPath })).output(BundleListing),
  /**
   * Job: bundles a folder (or takes a `.qz`), uploads and imports it; with `deploy` it stamps the version and runs it.
   */
  publish: oc
    .input(
      z.object({
        path: HostPath,
        visibility: Visibility.default('PRIVATE'),
        deploy: z.boolean().default(false),
        /**
         * Wait until the deployed instance is ready; if it does not become ready, the job fails with its reason and
         * last lines.
         */
        wait: z.boolean().default(false)
      })
    )
    .output(jobStarted),
  /** Job: runs the folder on this computer as the platform would; ends when the instance is ready. */
  run: oc
    .input(
      z.object({
        path: HostPath,
        /** Also use the options stored for this project; options in the call take precedence. */
        remembered: z.boolean().default(false),
        env: z.record(z.string(), EnvOverride).default({}),
        port: z.int().min(1).max(65_535).optional(),
        engine: EngineKind.optional(),
        /** The project's last local run: the new run replaces it and continues its log. */
        replaces: z.uuid().optional(),
        /** Stop and remove the instance if this host is killed. For commands that show a run until it ends. */
        attached: z.boolean().default(false)
      })
    )
    .output(jobStarted),
  /**
   * Reports changes to the files that go into the bundle, shortly after the last change of a burst; ignores the other
   * files. Ends with an error if the folder is gone.
   */
  changes: oc.input(byPath).output(eventIterator(ProjectChange)),
  /** The stored options of a project; empty if there are none. UNAVAILABLE while the key of their values is locked. */
  runOptions: oc.input(byPath).output(RunOptions),
  /** Replaces the stored options; plain values are encrypted. Only the 50 projects used last are kept. */
  saveRunOptions: oc.input(z.object({ path: HostPath, options: RunOptions })).output(z.void()),

  /** Begins a drop of a folder or `.qz` that the host cannot see (in a browser): its files are sent and copied. */
  dropBegin: oc.input(z.object({ name: z.string().min(1).max(255) })).output(z.object({ dropId: z.uuid() })),
  dropFile: oc
    .input(
      z.object({
        dropId: z.uuid(),
        /** Relative, forward slashes; refused if it would leave the folder. */
        path: z.string().min(1).max(4096),
        offset: z.int().min(0),
        data: z.instanceof(Blob).refine(blob => blob.size <= MAX_CHUNK, 'at most 4 MiB a chunk')
      })
    )
    .output(z.void()),
  /** The path of the copy: a project folder, or a `.qz` file. */
  dropEnd: oc.input(z.object({ dropId: z.uuid() })).output(z.object({ path: z.string() })),

  /** Job: builds the Docker image that instances run in. */
  buildRuntime: oc.input(z.object({ base: z.string().optional() })).output(jobStarted),
  /** Job: writes that image to a file at an absolute path. CONFLICT if the file exists. */
  saveRuntime: oc.input(imageFile).output(jobStarted),
  /** Job: loads the image from such a file. INVALID for any other image, which is not loaded. */
  loadRuntime: oc.input(imageFile).output(jobStarted)
}
