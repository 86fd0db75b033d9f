/**
 * The run folder: the files that the host and the launcher exchange for a run on this computer. The host writes
 * `config.json` before a start; the launcher writes the other files, unless the list says otherwise.
 *
 *     config.json          LauncherConfig, without secrets (the app's variables are passed separately)
 *     state.json           LauncherState, replaced atomically at each change
 *     docker.json          the Docker it was started in, written by the host
 *     lock                 held by the running launcher (flock, msvcrt on Windows), so that two never run at once
 *     stop                 written by the host if it cannot send a signal (Windows): asks the launcher to stop
 *     children, wave/      the launcher's own: the processes it started, the Wave server's uploads
 *     log/<first>.log      CRI lines; <first> is the number of the segment's first line, 12 digits, counted from 0
 *
 * A segment is closed at `log.segmentBytes`; the oldest are removed while all together exceed `log.totalBytes`. A new
 * run of the same instance begins a new segment and a `system` line; an unfinished last line first gets a newline.
 */
import { z } from 'zod'
import { RunFacts } from '#shared/instance-details.ts'
import { LAUNCHER_REASONS } from '#shared/reason.ts'

export const LauncherConfig = z.object({
  /** Format of this file. */
  version: z.literal(1),
  instanceId: z.string(),
  /** Bundle to run: `file:///…` or `http(s)://…`. */
  url: z.string(),
  sha256: z.string(),
  /** Folder that the bundle is unpacked to: `/app` in a container. It is emptied at each start. */
  appRoot: z.string(),
  /** Folder of the virtual environment in use: `/resources` in a container; on a process engine inside `envCache`. */
  venvRoot: z.string().optional(),
  /** Folder that stores environments, each in a sub-folder named by a hash of its input; shared by instances. */
  envCache: z.string(),
  /** Path of an environment that another container builds or has built. If absent, the launcher builds one. */
  environment: z.string().optional(),
  /** The app's environment variables come as one line of JSON on standard input. */
  envFromStdin: z.boolean().optional(),
  /** `python3 -m module`. */
  module: z.string(),
  name: z.string(),
  appVersion: z.string(),
  /** Address where the app (and the progress page before it) is served: 0.0.0.0 in a container, 127.0.0.1 otherwise. */
  host: z.string(),
  port: z.int(),
  /** Folder given to the app as its volume, and the path that the manifest asks for; equal inside a container. */
  volume: z.object({ path: z.string(), mount: z.string() }).optional(),
  /** Bytes. With `watch`, the launcher ends the app above the limit, for systems where the kernel does not. */
  memory: z.object({ limit: z.int(), watch: z.boolean() }).optional(),
  /** Constraints file for installs, so that older apps still start. */
  constraints: z.string().optional(),
  log: z.object({
    segmentBytes: z.int(),
    totalBytes: z.int(),
    /** The app's output also goes to the launcher's stdout (in a container); it is dropped there if it is not read. */
    echo: z.boolean().optional()
  }),
  /** Seconds between asking app and server to end and killing them. */
  graceSeconds: z.number()
})
export type LauncherConfig = z.infer<typeof LauncherConfig>

export const LauncherState = z.object({
  version: z.literal(1),
  phase: z.enum(['fetching', 'unpacking', 'installing', 'starting', 'ready', 'stopping', 'ended']),
  /** 0 to 100, if the phase can report it. */
  percent: z.number().optional(),
  /** Route that the app announced (`app_add`, `relay`); "/" for an app that is not a Wave app. */
  route: z.string().optional(),
  /** The launcher's own process: its ID, for a host that can see it, and its start (seconds since the epoch). */
  pid: z.int(),
  startedAt: z.number(),
  /** Bytes that the processes of app and server use together. */
  memoryUsed: z.number().optional(),
  /** Facts about this run. They are only shown, so an app that changes them can damage nothing else. */
  facts: RunFacts.optional().catch(undefined),
  /** When the app was ready for the first time in this run; seconds since the epoch. */
  readyAt: z.number().optional(),
  /** How it ended; only in phase `ended`. */
  exit: z
    .object({
      code: z.enum(LAUNCHER_REASONS),
      message: z.string(),
      hint: z.string().optional(),
      exitCode: z.int().optional(),
      signal: z.string().optional()
    })
    .optional()
})
export type LauncherState = z.infer<typeof LauncherState>
