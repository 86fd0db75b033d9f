/** Projects: local folders with a manifest, and what a developer does with them. Paths are those the user chose. */
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

/** Projects that may be pinned at a time. */
export const MAX_PINNED = 8

export const Project = z.object({
  /** Absolute path of the folder. */
  path: z.string(),
  /** Title or Name of the manifest, else the folder's name. */
  title: z.string(),
  name: z.string().optional(),
  version: z.string().optional(),
  openedAt: z.iso.datetime(),
  /** False for a recent one whose folder or manifest is gone. */
  exists: z.boolean(),
  /** It stands before the other recent ones, and stays among them. */
  pinned: z.boolean()
})
export type Project = z.infer<typeof Project>

export const ManifestText = z.object({
  /** File name inside the project: `q-app.toml` or `app.toml`. */
  file: z.string(),
  text: z.string(),
  /** Identity of the bytes on disk, for `save`. */
  revision: z.string(),
  findings: z.array(Finding),
  /**
   * Why `text` is not what the file's bytes say, so that it must not be saved as it is: `utf-16` is decoded and can be
   * saved as UTF-8, `encoding` has U+FFFD for what is not UTF-8, `binary` and `too-large` come without text.
   */
  problem: z.enum(['utf-16', 'encoding', 'binary', 'too-large']).optional(),
  /** The parsed manifest, where it parses far enough. */
  manifest: Manifest.optional()
})
export type ManifestText = z.infer<typeof ManifestText>

export const Picture = z.object({
  /** Inside the project, forward slashes: `static/icon.png`. */
  file: z.string(),
  role: z.enum(['icon', 'screenshot']),
  /** Bytes of the file. */
  size: z.int().min(0),
  /** PNG or JPEG; absent where the file is no such picture, or larger than 2 MiB. */
  data: z.instanceof(Blob).optional(),
  /** Pixels, where the file says. */
  width: z.int().optional(),
  height: z.int().optional()
})
export type Picture = z.infer<typeof Picture>

/** What is kept of a manifest that is not saved: beyond it a text lives only as long as its window. */
export const MAX_DRAFT_CHARS = 2 * 1024 * 1024

export const Draft = z.object({
  text: z.string().max(MAX_DRAFT_CHARS),
  /** Revision and text of the file on disk the text began from. */
  revision: z.string().max(64),
  base: z.string().max(MAX_DRAFT_CHARS)
})
export type Draft = z.infer<typeof Draft>

/** A burst of changes. */
export const ProjectChange = z.object({
  /** Files that came, went or changed: the first 20, sorted. */
  paths: z.array(z.string()),
  count: z.int().min(1)
})
export type ProjectChange = z.infer<typeof ProjectChange>

/** A line that may be added to a requirements.txt: a name, and at most an upper version. Nothing that leads elsewhere. */
const RequirementLine = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?(?:<\d{1,4})?$/)

const ImportedModule = z.object({
  module: z.string(),
  /** What to add to requirements.txt; absent where no well-known package has that module. */
  requirement: RequirementLine.optional(),
  /** Where it is imported first. */
  file: z.string(),
  line: z.int().min(1)
})

export const ProjectRequirements = z.object({
  /** What the app imports that neither the bundle nor requirements.txt has. */
  missing: z.array(ImportedModule),
  /** What it imports that another requirement may install, or not: nothing here can tell. */
  unsure: z.array(ImportedModule),
  /** Requirements of the file, and those of them that name one version; both 0 where there is no file. */
  count: z.int().min(0),
  pinned: z.int().min(0)
})
export type ProjectRequirements = z.infer<typeof ProjectRequirements>

const imageFile = z.object({ file: HostPath })

export const projectsContract = {
  /** Pinned ones, in the order they were pinned; then those recently opened, newest first. */
  recent: oc.output(z.array(Project)),
  /** Opens a folder (or the manifest inside it). NOT_FOUND without a manifest; the hint names `init`. */
  open: oc.input(byPath).output(Project),
  /** Pins one of the recent ones, or lets it go. NOT_FOUND for any other, CONFLICT beyond `MAX_PINNED`. */
  pin: oc.input(byPath.extend({ pinned: z.boolean() })).output(z.void()),
  /** Takes it off the recent ones; the folder is not touched. */
  forget: oc.input(byPath).output(z.void()),
  /** Writes a manifest for a folder that has none, its Module and route found by looking at the code. */
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
  /** What `init` would fill in, and where it saw it. */
  detect: oc.input(byPath).output(
    z.object({
      name: z.string(),
      title: z.string(),
      module: z.string().optional(),
      /** Every module that looks as if it could be started, best first; a few at most. */
      modules: z.array(z.string()),
      route: z.string().optional(),
      evidence: z.array(z.string())
    })
  ),
  /** Opens a fresh copy of the sample app in the host's own folder. */
  sample: oc.output(Project),
  manifest: oc.input(byPath).output(ManifestText),
  /** Findings for text that is not saved; the folder is looked at for modules, wheels and icons. */
  check: oc
    .input(z.object({ path: HostPath, text: z.string().max(16 * 1024 * 1024) }))
    .output(z.object({ findings: z.array(Finding), manifest: Manifest.optional() })),
  /** What the saved project imports and does not install. */
  requirements: oc.input(byPath).output(ProjectRequirements),
  /** Adds lines at the end of requirements.txt, which is made where there is none; tells those it did not have. INVALID for one that is not UTF-8. */
  addRequirements: oc
    .input(byPath.extend({ requirements: z.array(RequirementLine).min(1).max(100) }))
    .output(z.object({ added: z.array(z.string()) })),
  /** Icon and screenshots of static/, as the catalog would show them: at most one and eight. */
  pictures: oc.input(byPath).output(z.array(Picture)),
  /**
   * Replaces the manifest whole. CONFLICT when the file is no longer at `revision`; an empty one means that there is
   * none any more, and that `file` is made anew.
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
  /** The text of the project's manifest that was not saved, if there is one. */
  draft: oc.input(byPath).output(z.object({ draft: Draft.nullable() })),
  /** Keeps what is not saved over crashes of window and host; null drops it. Only the newest few projects are kept. */
  keepDraft: oc.input(z.object({ path: HostPath, draft: Draft.nullable() })).output(z.void()),
  /** Tells the revision of the manifest now and whenever it changes on disk; empty when it is gone. */
  watch: oc.input(byPath).output(eventIterator(z.object({ revision: z.string() }))),
  /** Every file with in or out and the reason, and the findings of the bundle as a whole. */
  files: oc.input(byPath).output(
    z.object({
      entries: z.array(FileEntry),
      findings: z.array(Finding),
      /** Sums over what goes in. */
      count: z.int(),
      size: z.int(),
      /** Bytes the size may be until there is a finding of it; 0 for any number. */
      budget: z.int().min(0)
    })
  ),
  /** Job: writes the bundle to `output`, or to `<name>.<version>.qz` in the project. */
  bundle: oc.input(z.object({ path: HostPath, output: HostPath.optional() })).output(jobStarted),
  /** What is in a `.qz`, without unpacking it. INVALID for whatever a platform would refuse. */
  inspect: oc.input(z.object({ file: HostPath })).output(BundleListing),
  /** Job: bundles a folder (or takes a `.qz`), uploads and imports it; with `deploy` stamps the version and runs it. */
  publish: oc
    .input(
      z.object({
        path: HostPath,
        visibility: Visibility.default('PRIVATE'),
        deploy: z.boolean().default(false),
        /** Wait until the deployed instance is ready; the job fails with its reason and last lines if it does not get there. */
        wait: z.boolean().default(false)
      })
    )
    .output(jobStarted),
  /** Job: runs the folder on this computer as the platform would; ends when the instance is ready. */
  run: oc
    .input(
      z.object({
        path: HostPath,
        /** Also with the options kept for this project; what is given here wins. */
        remembered: z.boolean().default(false),
        env: z.record(z.string(), EnvOverride).default({}),
        port: z.int().min(1).max(65_535).optional(),
        engine: EngineKind.optional(),
        /** The project's last local run: this one takes its place, and goes on in its log. */
        replaces: z.uuid().optional(),
        /** It is stopped and removed should this host be killed: for commands that show a run until it ends. */
        attached: z.boolean().default(false)
      })
    )
    .output(jobStarted),
  /**
   * Tells of changes to the files that go into the bundle, a moment after the last of a burst; what is ignored is not
   * told. Ends with an error when the folder is gone.
   */
  changes: oc.input(byPath).output(eventIterator(ProjectChange)),
  /** The options kept for a project; none when nothing is kept. UNAVAILABLE while the key of their values is locked away. */
  runOptions: oc.input(byPath).output(RunOptions),
  /** Keeps them in place of the ones before, plain values encrypted; those of the 50 projects used last are kept. */
  saveRunOptions: oc.input(z.object({ path: HostPath, options: RunOptions })).output(z.void()),

  /** A folder or `.qz` dropped where the host cannot see it (a browser): files are sent, then taken over as a copy. */
  dropBegin: oc.input(z.object({ name: z.string().min(1).max(255) })).output(z.object({ dropId: z.uuid() })),
  dropFile: oc
    .input(
      z.object({
        dropId: z.uuid(),
        /** Relative, forward slashes; refused when it would leave the folder. */
        path: z.string().min(1).max(4096),
        offset: z.int().min(0),
        data: z.instanceof(Blob).refine(blob => blob.size <= MAX_CHUNK, 'at most 4 MiB a chunk')
      })
    )
    .output(z.void()),
  /** Where the copy is now: a project folder, or a `.qz` file. */
  dropEnd: oc.input(z.object({ dropId: z.uuid() })).output(z.object({ path: z.string() })),

  /** Job: builds the Docker image instances run in. */
  buildRuntime: oc.input(z.object({ base: z.string().optional() })).output(jobStarted),
  /** Job: writes that image to a file, absolute. CONFLICT when it is there already. */
  saveRuntime: oc.input(imageFile).output(jobStarted),
  /** Job: loads it of such a file. INVALID for any other image, of which nothing is loaded. */
  loadRuntime: oc.input(imageFile).output(jobStarted)
}
