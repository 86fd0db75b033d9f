/** Ports: the core's interfaces to the outside world. Adapters implement them; the same tests check each one. */
import type { EngineKind } from '#shared/instance.ts'
import type { FolderListing } from '#shared/instance-files.ts'
import type { Job, PastJob } from '#shared/job.ts'
import type { RunOptions } from '#shared/run-options.ts'
import type { ReportedStage } from '#shared/stage.ts'
import type { Release, UpdateChannel } from '#shared/updates.ts'
import type { Leftover } from '#shared/upkeep.ts'

/** The data an engine needs to start a bundle once. Paths are absolute and on this computer. */
export interface RunSpec {
  readonly instanceId: string
  /** The run folder, which exists; the engine writes config.json into it, the launcher the rest. */
  readonly runFolder: string
  /** The `.qz` file, and the file name that the launcher should see. */
  readonly bundle: { readonly path: string; readonly fileName: string; readonly sha256: string }
  readonly manifest: {
    readonly name: string
    readonly version: string
    readonly module: string
    readonly volumeMount?: string | undefined
  }
  /** A folder that survives restarts; present if the manifest asks for a volume. */
  readonly volumeFolder?: string | undefined
  /** Bytes. */
  readonly memoryLimit?: number | undefined
  readonly memoryReservation?: number | undefined
  /** Environment of the app, including secrets. */
  readonly env: Readonly<Record<string, string>>
  /** Loopback port on this computer; it was free when it was chosen. */
  readonly port: number
  readonly log: { readonly segmentBytes: number; readonly totalBytes: number }
}

/** The engine's own view of an instance's processes; it does not depend on the launcher's files. */
export type EngineStatus =
  | { readonly kind: 'running'; readonly memoryUsed?: number | undefined }
  | { readonly kind: 'exited'; readonly exitCode?: number | undefined; readonly outOfMemory: boolean }
  /** The engine has nothing with that ID: never started, cleaned up, or lost at a reboot. */
  | { readonly kind: 'absent' }

export interface EngineCheck {
  readonly available: boolean
  /** The engine's state, or why it cannot be used. */
  readonly message: string
  readonly hint?: string | undefined
  /** Short notices for the user about each run, a line each. */
  readonly notices: readonly string[]
  /** All differences from the platform, in full. */
  readonly differences?: readonly string[]
  /** Where the engine was searched for: an address, or commands. */
  readonly lookedAt: string
  /** The image it needs; present if the engine itself answers. */
  readonly image?: { readonly name: string; readonly isThere: boolean; readonly engine: string }
}

/** Runs bundles on this computer. Every method may be called from several hosts at once. */
export interface Engine {
  readonly kind: EngineKind
  /** Whether it can run a bundle now; never throws just because the engine is missing. */
  check(signal?: AbortSignal): Promise<EngineCheck>
  /**
   * Starts the launcher, detached from this process, and returns once it is running. Throws PortTaken if another
   * program took the port, UNAVAILABLE if the engine is not available; in both cases nothing is left behind.
   */
  start(spec: RunSpec, signal?: AbortSignal): Promise<void>
  /**
   * UNAVAILABLE if the engine cannot be asked; an EngineUnavailable if the cause is known.
   */
  status(instanceId: string, runFolder: string, signal?: AbortSignal): Promise<EngineStatus>
  /**
   * Asks the instance to end, kills it after the grace time, and resolves when it has ended. Does nothing if it is not
   * running.
   */
  stop(instanceId: string, runFolder: string, graceSeconds: number, signal?: AbortSignal): Promise<void>
  /**
   * Ends it at once, and removes what the engine stores for it (a container). Does nothing if it is absent; UNAVAILABLE
   * as for `status`.
   */
  remove(instanceId: string, runFolder: string, signal?: AbortSignal): Promise<void>
  /**
   * IDs of this home's instances that the engine has anything of, found by labels or by run folders, which are in
   * `runs`.
   */
  list(runs: string, signal?: AbortSignal): Promise<readonly string[]>
  /**
   * The present usage of these instances, by ID; instances that do not run are left out. UNAVAILABLE if the engine
   * cannot be asked.
   */
  metrics(
    instances: readonly EngineTarget[],
    signal?: AbortSignal
  ): Promise<ReadonlyMap<string, EngineMetrics>>
  /**
   * Installs a small package where an app's packages would be installed, then deletes it. UNAVAILABLE if nothing can
   * be run.
   */
  testConnection(signal?: AbortSignal): Promise<ConnectionTest>
  /** The files of an app that runs or has ended; absent if the engine cannot read them. */
  readonly files?: EngineFiles
  /** Opens a shell in a running instance, CONFLICT if it does not run; absent if the engine has no shells. */
  openShell?(instanceId: string, size: TerminalSize, signal?: AbortSignal): Promise<EngineShell>
}

/** Whether packages can be installed; the message is the one a failing run would show. */
export interface ConnectionTest {
  readonly ok: boolean
  readonly message: string
  readonly hint?: string | undefined
}

/**
 * Files below the folder that an app was unpacked to. `parts` are names and contain no `..`. NOT_FOUND if it does not
 * exist, INVALID if it is of another kind or if a link is on the path: links are not followed.
 */
export interface EngineFiles {
  list(instance: EngineTarget, parts: readonly string[], signal?: AbortSignal): Promise<FolderListing>
  open(instance: EngineTarget, parts: readonly string[], signal?: AbortSignal): Promise<EngineFile>
}

export interface EngineFile {
  /** Size in bytes when it was opened; no more bytes are read. */
  readonly size: number
  readonly content: AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** How an engine identifies an instance. */
export interface EngineTarget {
  readonly instanceId: string
  readonly runFolder: string
}

export interface EngineMetrics {
  /** Bytes. */
  readonly memoryUsed?: number | undefined
  /** Processor time of the run so far, in seconds; it can fall only if processes end. */
  readonly cpuSeconds?: number | undefined
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A shell in a terminal. */
export interface EngineShell {
  /** The output, until the shell ends. The reader sets the pace. */
  readonly output: AsyncIterable<Uint8Array>
  /** Resolves when the shell has received it. */
  write(text: string): Promise<void>
  resize(size: TerminalSize): Promise<void>
  /** Undefined if the engine does not know it. */
  exitCode(): Promise<number | undefined>
  /** Ends the shell and all processes it started; does nothing if it has ended. */
  close(): Promise<void>
}

/** Whether the system starts the app at login. The system stores this, and the user may change it there. */
export interface LoginItem {
  isOn(): Promise<boolean>
  /** UNAVAILABLE if the system does not support it. */
  turn(on: boolean): Promise<void>
}

/** A running app that a host shows in a window. */
export interface ShownApp {
  /** ID of the instance. */
  readonly id: string
  readonly title: string
  readonly url: string
}

/** A store of small secrets protected by the operating system. */
export interface Keychain {
  /** Whether storing, reading and deleting an entry works now, and if not, why. */
  probe(): Promise<
    { readonly ok: true } | { readonly ok: false; readonly message: string; readonly hint: string }
  >
  get(account: string): Promise<string | undefined>
  set(account: string, secret: string): Promise<void>
  remove(account: string): Promise<void>
}

/** The facts about this computer that the diagnosis needs. Uses no network. */
export interface ComputerProbe {
  /** Free bytes at the folder's place, even if the folder does not exist yet. */
  freeSpace(folder: string): Promise<number>
  /** The port that local runs use, and whether it is free. */
  usualPort(): Promise<{ readonly port: number; readonly isFree: boolean }>
  /** How packages are reached, according to the environment and pip's own configuration. */
  network(): Promise<NetworkSettings>
}

export interface NetworkSettings {
  /** Variables about package indexes and proxies. May hold passwords. */
  readonly env: Readonly<Record<string, string>>
  /** The configured file of trusted certificates, if any. */
  readonly certificates?: string | undefined
  /** Descriptions of variables that name missing certificates. */
  readonly missing: readonly string[]
}

/** A local platform's checks of its own records. */
export interface RecordsProbe {
  /** Descriptions of damage to the database and bundles; empty if there is none. */
  recordProblems(): Promise<readonly string[]>
  /** UNAVAILABLE or FORBIDDEN if the secrets, or the key they are encrypted with, cannot be read. */
  checkSecrets(): Promise<void>
}

/** A place on this computer where old runs and bundles leave files. */
export interface LeftoverPlace {
  /** A readable name: `environments`. */
  readonly name: string
  /** Everything that is not in use now; the IDs are valid only in this place. */
  list(signal?: AbortSignal): Promise<readonly Leftover[]>
  /** Checks again first: CONFLICT if it is in use now. Does nothing if it is gone or the ID never existed. */
  remove(id: string, signal?: AbortSignal): Promise<void>
}

/** The run options of each of this user's projects; plain values are stored encrypted. */
export interface RunOptionsStore {
  /** The stored options of the folder, or the defaults. UNAVAILABLE while the key of its values cannot be read. */
  read(folder: string): Promise<RunOptions>
  save(folder: string, options: RunOptions): Promise<void>
}

/** The records of jobs, shared by all hosts of a home; the newest 500 are stored. */
export interface JobRecords {
  /** Creates or replaces the job's record; this process then owns the record of a running job. */
  write(job: Job): Promise<void>
  /** Newest first. Running jobs of ended processes are shown as interrupted; those of other processes are left out. */
  list(): Promise<PastJob[]>
}

/** Every secret value known on this computer, to be redacted from reports. Never sent to a client. */
export interface SecretValues {
  readonly values: readonly string[]
  /** Why some values could not be read; then texts that may contain them must not leave this computer. */
  readonly problem?: { readonly message: string; readonly hint?: string | undefined }
}

/** Where newer versions of this app come from, and how this installation gets them. */
export interface UpdateSource {
  readonly address: string
  /** Whether this kind of installation can replace itself. */
  readonly canInstall: boolean
  /**
   * The channel's present offer, newer or not. UNAVAILABLE if the channel does not answer, INVALID if its answer is
   * invalid.
   */
  newest(channel: UpdateChannel, signal: AbortSignal): Promise<Release>
  /**
   * Downloads and checks that version. CONFLICT if the channel now offers another one, INVALID if the download is not
   * the expected one.
   */
  fetch(
    channel: UpdateChannel,
    version: string,
    progress: (done: number, total: number) => void,
    signal: AbortSignal
  ): Promise<void>
  /** Sets whether the downloaded version is installed when the app quits. */
  installOnQuit(wanted: boolean): Promise<void>
}

/** Locks that keep writers of the same file apart, in this process (in order) and in all processes of this home. */
export interface FileLocks {
  /**
   * Runs `work` while no other work on that path runs. `work` must not take a lock itself. UNAVAILABLE if others do not
   * finish in time. `signal` ends the wait, not the work.
   */
  hold<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

export interface BackupReport {
  readonly file: string
  /** Number of entries, and the bytes of their content. */
  readonly files: number
  readonly bytes: number
  /**
   * Whether the backup includes the key of the secrets, the key is only in this computer's keychain, or none is needed.
   */
  readonly key: 'none' | 'included' | 'keychain'
  readonly volumes: boolean
  /** Number of links, pipes and devices, which are left out. */
  readonly skippedLinks: number
}

export interface RestoreReport {
  /** When the backup was made. */
  readonly createdAt: string
  readonly volumes: boolean
  /** Where the key of the secrets is now; `missing` if the secrets cannot be read. */
  readonly key: 'none' | 'file' | 'keychain' | 'missing'
  /** The new paths of the previous home's settings file and state folder, as far as they existed. */
  readonly aside: readonly string[]
}

/** Backups of a home; each is one file. */
export interface HomeCopies {
  backup(
    file: string,
    options: {
      /** Whether to include the volumes of instances. */
      readonly volumes: boolean
      /** Whether to include the key of the secrets if it is in the keychain. */
      readonly withKey: boolean
      readonly onStage: (stage: ReportedStage) => void
      readonly signal: AbortSignal
    }
  ): Promise<BackupReport>
  /** Call this in a process that has not opened the home. */
  restore(
    file: string,
    options: {
      /** An existing home is renamed; without this option it is a CONFLICT. */
      readonly replace: boolean
      /** Running instances are stopped; without this option they are a CONFLICT. */
      readonly stop: boolean
      readonly onStage: (stage: ReportedStage) => void
      readonly signal: AbortSignal
    }
  ): Promise<RestoreReport>
}
