/** The host itself: facts about it, what it found on this computer, and the few things only a host can do. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { DockerAddress, DockerFound } from './docker.ts'
import { EngineKind } from './instance.ts'
import { ChangedKeys } from './keys.ts'
import { LANGUAGES } from './languages/index.ts'
import { UpdateChannel, UpdateRule } from './updates.ts'

/** The checks of a diagnosis, in the order they are shown. */
export const CHECK_IDS = [
  'docker',
  'image',
  'process',
  'platform',
  'secrets',
  'keychain',
  'disk',
  'clock',
  'port',
  'network'
] as const
export const CheckId = z.enum(CHECK_IDS)
export type CheckId = z.infer<typeof CheckId>

/** Actions that a button can offer for a failed check. */
export const CheckFix = z.enum(['build-image', 'use-docker', 'use-process', 'use-any-engine'])
export type CheckFix = z.infer<typeof CheckFix>

/** One line of a diagnosis: the subject of the check, its result, the reason, and what to do. */
export const Check = z.object({
  id: CheckId,
  title: z.string(),
  /** `notice`: it works, with something to know. `skipped`: it could not be checked because of another check. */
  state: z.enum(['ok', 'notice', 'failed', 'skipped']),
  /** What was checked, and where: `Free space for /home/ada/.local/state/q8s`. */
  checked: z.string(),
  /** The result; if it failed, why. */
  message: z.string(),
  /** What to do about it. */
  hint: z.string().optional(),
  /** More facts, in full: the differences from the platform. */
  details: z.array(z.string()).readonly().default([]),
  fix: CheckFix.optional(),
  /** A third party's documentation of the subject. Set if the user must do something that q8s cannot do. */
  documentation: z.object({ title: z.string(), url: z.url({ protocol: /^https$/ }) }).optional()
})
export type Check = z.infer<typeof Check>

export const Settings = z.object({
  /** Language of the window: `auto` is the system's language if there are texts in it, otherwise English. */
  language: z.enum(['auto', ...LANGUAGES]),
  /** Engine that runs bundles: `auto` is Docker if it answers and has the image, otherwise a process. */
  engine: z.union([z.literal('auto'), EngineKind]),
  /** The Docker to use: `auto` is the one the docker command uses. */
  docker: DockerAddress,
  /** The user's name on the embedded local platform. */
  user: z.string().min(1).max(200),
  profile: z.string(),
  /** What happens to running instances when the user quits the app in its own window. */
  onQuit: z.enum(['ask', 'keep', 'stop']),
  /** Notify of ended jobs, and of instances that are ready or failed, while no window is in front. */
  notify: z.boolean(),
  /** Show an icon in the system's tray; the app then keeps running when its last window is closed. */
  tray: z.boolean(),
  /** At a start at login, open no window if there is a tray, otherwise a minimised one. */
  startHidden: z.boolean(),
  /** When the app checks for newer versions. */
  updates: UpdateRule,
  updateChannel: UpdateChannel,
  /** The version for which the user does not want notices; empty for none. */
  skippedUpdate: z.string().max(64),
  /** Most bytes of a project's files, before compression, without a warning from the checks; 0 for no limit. */
  sizeBudget: z.int().min(0),
  /** Actions of the window for which the user changed the keys. */
  keys: ChangedKeys
})
export type Settings = z.infer<typeof Settings>

/**
 * Documents stored for windows: the `view` of one window, and those that all windows share. The host checks only their
 * size.
 */
export const KeptName = z
  .string()
  .regex(/^(view|theme|steps)(-[a-z0-9]{1,36})?$/, 'not a name a window keeps')

/** Most characters of one stored document. */
export const MAX_KEPT_CHARS = 4 * 1024 * 1024

/** A named connection to a platform. */
const Profile = z.object({ name: z.string(), kind: z.enum(['local', 'service', 'kubernetes']) })

export const SupportPreview = z.object({
  id: z.uuid(),
  files: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      /** Bytes before compression. */
      size: z.int().min(0),
      /** The beginning of the file, as it will be in the archive. */
      head: z.string()
    })
  )
})
export type SupportPreview = z.infer<typeof SupportPreview>

export const systemContract = {
  info: oc.output(
    z.object({
      version: z.string(),
      host: z.enum(['electron', 'browser', 'cli']),
      /** The current language of the host. Windows use it too. */
      language: z.enum(LANGUAGES),
      /** The user's home folder. */
      home: z.string(),
      /** Folder of the host's own error log. */
      logFolder: z.string(),
      /** The host can open a folder dialog. */
      canPickFolder: z.boolean(),
      /** The host can show a running app in a window of its own. */
      canShowApp: z.boolean(),
      /** The system can be set to start the host at login. */
      canStartAtLogin: z.boolean(),
      /** Folder of the project the host was started for; a window that remembers no project opens it. */
      project: z.string().optional(),
      profile: Profile,
      /** All profiles, including the connection's. */
      profiles: z.array(Profile)
    })
  ),
  /**
   * Checks this computer again, or only the named parts. With `connect` it contacts the package index; otherwise it
   * uses no network.
   */
  checks: oc
    .input(z.object({ only: z.array(CheckId).optional(), connect: z.boolean().optional() }).optional())
    .output(z.array(Check)),
  settings: oc.output(Settings),
  /**
   * Every Docker found on this computer, `Automatic` first, then the chosen one. Contacts each to see whether it
   * answers.
   */
  dockers: oc.output(z.array(DockerFound)),
  saveSettings: oc.input(Settings.partial()).output(Settings),
  /** Whether the system starts the host at login, according to the system. UNSUPPORTED if it cannot. */
  startsAtLogin: oc.output(z.object({ on: z.boolean() })),
  /** UNAVAILABLE if the system does not do it. */
  startAtLogin: oc.input(z.object({ on: z.boolean() })).output(z.object({ on: z.boolean() })),
  /** The JSON text stored under the name; null if there is none. */
  kept: oc.input(z.object({ name: KeptName })).output(z.object({ text: z.string() }).nullable()),
  /** Stores JSON text over restarts, for every host of this user. INVALID if it is not JSON. */
  keep: oc.input(z.object({ name: KeptName, text: z.string().max(MAX_KEPT_CHARS) })).output(z.void()),
  /** Builds a support archive without any known secret, and returns its contents. Held for ten minutes. */
  prepareSupport: oc.output(SupportPreview),
  /** The zip of the prepared archive. NOT_FOUND if it is no longer held. */
  supportArchive: oc.input(z.object({ id: z.uuid() })).output(z.instanceof(Blob)),
  /**
   * Removes secrets from a report to copy. UNAVAILABLE while the secrets cannot be read, so that it is unknown what to
   * remove.
   */
  redact: oc.input(z.object({ text: z.string().max(256 * 1024) })).output(z.object({ text: z.string() })),
  /** Shows a ready instance in a window that can reach nothing else. UNSUPPORTED if the host has no windows. */
  showApp: oc.input(z.object({ id: z.uuid() })).output(z.void()),
  /** The folder the user chose in a dialog of the host; null if they cancelled. UNSUPPORTED if it has no dialog. */
  pickFolder: oc.output(z.object({ path: z.string() }).nullable())
}
