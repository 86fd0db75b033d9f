/** Ports: the outside world as the core sees it. Adapters implement them; tests prove each implementation alike. */
import type { EngineKind } from '#shared/instance.ts'
import type { FolderListing } from '#shared/instance-files.ts'
import type { Job, PastJob } from '#shared/job.ts'
import type { RunOptions } from '#shared/run-options.ts'
import type { ReportedStage } from '#shared/stage.ts'
import type { Release, UpdateChannel } from '#shared/updates.ts'
import type { Leftover } from '#shared/upkeep.ts'

/** One start of a bundle, as an engine needs it. Paths are absolute and on this computer. */
export interface RunSpec {
  readonly instanceId: string
  /** Run folder, existing; the engine writes its config.json and the launcher the rest. */
  readonly runFolder: string
  /** The `.qz`, and the file name the launcher should see it under. */
  readonly bundle: { readonly path: string; readonly fileName: string; readonly sha256: string }
  readonly manifest: {
    readonly name: string
    readonly version: string
    readonly module: string
    readonly volumeMount?: string | undefined
  }
  /** Folder kept over restarts; given where the manifest asks for a volume. */
  readonly volumeFolder?: string | undefined
  /** Bytes. */
  readonly memoryLimit?: number | undefined
  readonly memoryReservation?: number | undefined
  /** Environment of the app, secrets included. */
  readonly env: Readonly<Record<string, string>>
  /** Loopback port on this computer; free when it was chosen. */
  readonly port: number
  readonly log: { readonly segmentBytes: number; readonly totalBytes: number }
}

/** What an engine sees of an instance's processes, whatever the launcher wrote. */
export type EngineStatus =
  | { readonly kind: 'running'; readonly memoryUsed?: number | undefined }
  | { readonly kind: 'exited'; readonly exitCode?: number | undefined; readonly outOfMemory: boolean }
  /** Nothing of that ID: never started, cleaned up, or gone with a reboot. */
  | { readonly kind: 'absent' }

export interface EngineCheck {
  readonly available: boolean
  /** How it is, and why it cannot be used. */
  readonly message: string
  readonly hint?: string | undefined
  /** What the user should know of each run, a short line each. */
  readonly notices: readonly string[]
  /** All that differs from the platform, in full. */
  readonly differences?: readonly string[]
  /** Where it was looked for: an address, or commands. */
  readonly lookedAt: string
  /** The image it needs; present where the engine itself answers. */
  readonly image?: { readonly name: string; readonly isThere: boolean; readonly engine: string }
}

/** What runs a bundle on this computer. Every method may be called from several hosts at once. */
export interface Engine {
  readonly kind: EngineKind
  /** Whether it can run a bundle now; never throws for an engine that is simply not there. */
  check(signal?: AbortSignal): Promise<EngineCheck>
  /**
   * Starts the launcher, detached from this process, and returns once it is running. PortTaken when another program
   * took the port, UNAVAILABLE when the engine is not there; nothing is left behind then.
   */
  start(spec: RunSpec, signal?: AbortSignal): Promise<void>
  /**
   * UNAVAILABLE when the engine cannot be asked; an EngineUnavailable where it is known why.
   */
  status(instanceId: string, runFolder: string, signal?: AbortSignal): Promise<EngineStatus>
  /** Asks, then kills after the grace time; resolves when it has ended. Fine for one that is not running. */
  stop(instanceId: string, runFolder: string, graceSeconds: number, signal?: AbortSignal): Promise<void>
  /**
   * Ends it at once, and removes what the engine keeps of it (a container). Fine for one that is absent; UNAVAILABLE as
   * `status`.
   */
  remove(instanceId: string, runFolder: string, signal?: AbortSignal): Promise<void>
  /** Instances of this home the engine holds anything of, by its labels or by their run folders, which are in `runs`. */
  list(runs: string, signal?: AbortSignal): Promise<readonly string[]>
  /** What those use now, by ID; one that does not run is left out. UNAVAILABLE when the engine cannot be asked. */
  metrics(
    instances: readonly EngineTarget[],
    signal?: AbortSignal
  ): Promise<ReadonlyMap<string, EngineMetrics>>
  /** Installs a small package where it would install an app's, and throws it away. UNAVAILABLE where nothing can be run. */
  testConnection(signal?: AbortSignal): Promise<ConnectionTest>
  /** The files of an app, whether it runs or has ended; absent where the engine cannot tell of them. */
  readonly files?: EngineFiles
  /** Opens a shell in a running instance, CONFLICT when it does not run; absent where the engine has none. */
  openShell?(instanceId: string, size: TerminalSize, signal?: AbortSignal): Promise<EngineShell>
}

/** Whether packages can be installed, in the words of a run that fails for it. */
export interface ConnectionTest {
  readonly ok: boolean
  readonly message: string
  readonly hint?: string | undefined
}

/**
 * Files below the folder an app was unpacked to. `parts` are names, no `..` among them. NOT_FOUND where there is no such thing,
 * INVALID where it is of another kind, or a link is on the way there: none is followed.
 */
export interface EngineFiles {
  list(instance: EngineTarget, parts: readonly string[], signal?: AbortSignal): Promise<FolderListing>
  open(instance: EngineTarget, parts: readonly string[], signal?: AbortSignal): Promise<EngineFile>
}

export interface EngineFile {
  /** Bytes it had when it was opened; no more of it are read. */
  readonly size: number
  readonly content: AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** An instance as an engine finds it. */
export interface EngineTarget {
  readonly instanceId: string
  readonly runFolder: string
}

export interface EngineMetrics {
  /** Bytes. */
  readonly memoryUsed?: number | undefined
  /** Processor time of the run so far, in seconds; never less than before but for processes that ended. */
  readonly cpuSeconds?: number | undefined
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A shell with a terminal. */
export interface EngineShell {
  /** What it writes, until it ends; reading sets its pace. */
  readonly output: AsyncIterable<Uint8Array>
  /** Resolves when the shell's side has taken it. */
  write(text: string): Promise<void>
  resize(size: TerminalSize): Promise<void>
  /** Undefined where the engine cannot tell. */
  exitCode(): Promise<number | undefined>
  /** Ends it and all it started; fine for one that has ended. */
  close(): Promise<void>
}

/** Whether the system starts the app when the user logs in: the system's own record, which the user may change there. */
export interface LoginItem {
  isOn(): Promise<boolean>
  /** UNAVAILABLE where the system does not do it. */
  turn(on: boolean): Promise<void>
}

/** A running app as a host shows it in a window. */
export interface ShownApp {
  /** ID of the instance. */
  readonly id: string
  readonly title: string
  readonly url: string
}

/** A store of small secrets protected by the operating system. */
export interface Keychain {
  /** Whether a set-get-delete round trip works now, and if not, why. */
  probe(): Promise<
    { readonly ok: true } | { readonly ok: false; readonly message: string; readonly hint: string }
  >
  get(account: string): Promise<string | undefined>
  set(account: string, secret: string): Promise<void>
  remove(account: string): Promise<void>
}

/** What the diagnosis asks of this computer. It sends nothing. */
export interface ComputerProbe {
  /** Free bytes where the folder is, or will be made. */
  freeSpace(folder: string): Promise<number>
  /** The port local runs are served at, and whether no program has it. */
  usualPort(): Promise<{ readonly port: number; readonly isFree: boolean }>
  /** How packages are reached, as the environment and pip's own configuration say. */
  network(): Promise<NetworkSettings>
}

export interface NetworkSettings {
  /** Variables about package indexes and proxies. May hold passwords. */
  readonly env: Readonly<Record<string, string>>
  /** The file of certificates that is trusted, where one is configured. */
  readonly certificates?: string | undefined
  /** Variables that name certificates which are not there, in words. */
  readonly missing: readonly string[]
}

/** What a platform of this computer can say of its own records. */
export interface RecordsProbe {
  /** What is wrong with the database and with bundles, in words; empty where nothing is. */
  recordProblems(): Promise<readonly string[]>
  /** UNAVAILABLE or FORBIDDEN where the secrets, or what they are encrypted with, cannot be read. */
  checkSecrets(): Promise<void>
}

/** One place of this computer where old runs and bundles leave things. */
export interface LeftoverPlace {
  /** For people: `environments`. */
  readonly name: string
  /** What nothing uses now; IDs are the place's own. */
  list(signal?: AbortSignal): Promise<readonly Leftover[]>
  /** Looks again first: CONFLICT when something uses it now. Fine for one that is gone, and for an ID that never was. */
  remove(id: string, signal?: AbortSignal): Promise<void>
}

/** How each of this user's projects is run; plain values are encrypted where they are kept. */
export interface RunOptionsStore {
  /** What is kept for the folder; nothing chosen where nothing is. UNAVAILABLE while the key of its values cannot be had. */
  read(folder: string): Promise<RunOptions>
  save(folder: string, options: RunOptions): Promise<void>
}

/** The records of jobs, shared by all hosts of a home; the newest 500 are kept. */
export interface JobRecords {
  /** Makes or replaces the job's record; a running one is this process's from then on. */
  write(job: Job): Promise<void>
  /** Newest first; one that runs in a process that is gone is interrupted, one that runs in another is left out. */
  list(): Promise<PastJob[]>
}

/** Every secret value this computer knows: what must not leave it in a report. Never handed to a client. */
export interface SecretValues {
  readonly values: readonly string[]
  /** Why some could not be had; what may hold them must not leave then. */
  readonly problem?: { readonly message: string; readonly hint?: string | undefined }
}

/** Where newer versions of this app come from, and how this installation takes one. */
export interface UpdateSource {
  readonly address: string
  /** This kind of installation can replace itself. */
  readonly canInstall: boolean
  /** What the channel offers now, newer or not. UNAVAILABLE when it does not answer, INVALID when it makes no sense. */
  newest(channel: UpdateChannel, signal: AbortSignal): Promise<Release>
  /** Fetches that version and checks it. CONFLICT when the channel offers another by now, INVALID when it is not what it should be. */
  fetch(
    channel: UpdateChannel,
    version: string,
    progress: (done: number, total: number) => void,
    signal: AbortSignal
  ): Promise<void>
  /** Whether what was fetched is installed when the app is quit. */
  installOnQuit(wanted: boolean): Promise<void>
}

/** Keeps writers of the same file apart: those of this process, in their order, and those of all processes of this home. */
export interface FileLocks {
  /**
   * Does `work` while no other work on that path is done. `work` must not ask for a lock itself. UNAVAILABLE where
   * others do not finish in time; `signal` ends the wait, not the work.
   */
  hold<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

export interface BackupReport {
  readonly file: string
  /** Entries, and the bytes of their content. */
  readonly files: number
  readonly bytes: number
  /** Whether the key of the secrets is in it, in the keychain of this computer only, or none is needed. */
  readonly key: 'none' | 'included' | 'keychain'
  readonly volumes: boolean
  /** Links, pipes and devices, which are left out. */
  readonly skippedLinks: number
}

export interface RestoreReport {
  /** When the backup was made. */
  readonly createdAt: string
  readonly volumes: boolean
  /** Where the key of the secrets is now; `missing` where they cannot be read. */
  readonly key: 'none' | 'file' | 'keychain' | 'missing'
  /** What the home that was there is called now. */
  readonly aside: readonly string[]
}

/** Backups of a home: one file each. */
export interface HomeCopies {
  backup(
    file: string,
    options: {
      /** Also the volumes of instances. */
      readonly volumes: boolean
      /** Also the key of the secrets, where the keychain has it. */
      readonly withKey: boolean
      readonly onStage: (stage: ReportedStage) => void
      readonly signal: AbortSignal
    }
  ): Promise<BackupReport>
  /** To be called in a process that has not opened the home. */
  restore(
    file: string,
    options: {
      /** A home that is there is renamed; else it is a CONFLICT. */
      readonly replace: boolean
      /** Instances that run are stopped; else they are a CONFLICT. */
      readonly stop: boolean
      readonly onStage: (stage: ReportedStage) => void
      readonly signal: AbortSignal
    }
  ): Promise<RestoreReport>
}
