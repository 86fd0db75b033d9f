/** The host itself: what it is, what it found on this computer, and the few things only a host can do. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { DockerAddress, DockerFound } from './docker.ts'
import { EngineKind } from './instance.ts'
import { ChangedKeys } from './keys.ts'
import { LANGUAGES } from './languages/index.ts'
import { UpdateChannel, UpdateRule } from './updates.ts'

/** What a diagnosis looks at, in the order it is told. */
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

/** What a button can do about a failed check. */
export const CheckFix = z.enum(['build-image', 'use-docker', 'use-process', 'use-any-engine'])
export type CheckFix = z.infer<typeof CheckFix>

/** One line of a diagnosis: what was checked, how it is, why, and what to do. */
export const Check = z.object({
  id: CheckId,
  title: z.string(),
  /** `notice`: it works, with something to know. `skipped`: it could not be looked at, because of another check. */
  state: z.enum(['ok', 'notice', 'failed', 'skipped']),
  /** What was looked at, and where: `Free space for /home/ada/.local/state/q8s`. */
  checked: z.string(),
  /** How it is; where it fails, why. */
  message: z.string(),
  /** What to do about it. */
  hint: z.string().optional(),
  /** More facts, in full: what differs from the platform. */
  details: z.array(z.string()).readonly().default([]),
  fix: CheckFix.optional(),
  /** Where somebody else explains what it is about: given where something is to be done that q8s cannot do. */
  documentation: z.object({ title: z.string(), url: z.url({ protocol: /^https$/ }) }).optional()
})
export type Check = z.infer<typeof Check>

export const Settings = z.object({
  /** What the window speaks: `auto` is the system's language where there are texts in it, else English. */
  language: z.enum(['auto', ...LANGUAGES]),
  /** Which engine runs bundles: `auto` is Docker when it answers and has the image, else a process. */
  engine: z.union([z.literal('auto'), EngineKind]),
  /** Which Docker that is: `auto` is the one the docker command asks. */
  docker: DockerAddress,
  /** The name the user goes by on the embedded local platform. */
  user: z.string().min(1).max(200),
  profile: z.string(),
  /** What becomes of running instances when the app in its own window is quit. */
  onQuit: z.enum(['ask', 'keep', 'stop']),
  /** Tell of ended jobs, and of instances that are ready or failed, while no window is in front. */
  notify: z.boolean(),
  /** An icon in the system's tray, with which the app stays when its last window is closed. */
  tray: z.boolean(),
  /** A start at login opens no window where there is a tray, else a minimised one. */
  startHidden: z.boolean(),
  /** When newer versions of the app are looked for. */
  updates: UpdateRule,
  updateChannel: UpdateChannel,
  /** The version the user does not want to hear of; empty for none. */
  skippedUpdate: z.string().max(64),
  /** Bytes a project's files may have, as they are before compression, until the checks warn of it; 0 for any number. */
  sizeBudget: z.int().min(0),
  /** Actions of the window that the user gave other keys. */
  keys: ChangedKeys
})
export type Settings = z.infer<typeof Settings>

/** Documents a window keeps: `view` of one window, and what all of them share. The host looks at no more than their size. */
export const KeptName = z
  .string()
  .regex(/^(view|theme|steps)(-[a-z0-9]{1,36})?$/, 'not a name a window keeps')

/** Characters one kept document may have. */
export const MAX_KEPT_CHARS = 4 * 1024 * 1024

/** A named connection to a platform. */
const Profile = z.object({ name: z.string(), kind: z.enum(['local', 'service', 'kubernetes']) })

export const SupportPreview = z.object({
  id: z.uuid(),
  files: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      /** Bytes, before it is compressed. */
      size: z.int().min(0),
      /** Its beginning, as it will be in the archive. */
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
      /** What it speaks now. A window does so, too. */
      language: z.enum(LANGUAGES),
      /** The user's own folder. */
      home: z.string(),
      /** Where the host tells of its own errors. */
      logFolder: z.string(),
      /** The host can open a folder dialog. */
      canPickFolder: z.boolean(),
      /** The host can show a running app in a window of its own. */
      canShowApp: z.boolean(),
      /** The system can be told to start the host at login. */
      canStartAtLogin: z.boolean(),
      /** Folder of the project the host was started for; a window that remembers none opens it. */
      project: z.string().optional(),
      profile: Profile,
      /** Every profile there is, the connection's among them. */
      profiles: z.array(Profile)
    })
  ),
  /** Looks at this computer anew, or only at some of it. With `connect` it asks the package index, else nothing of the network. */
  checks: oc
    .input(z.object({ only: z.array(CheckId).optional(), connect: z.boolean().optional() }).optional())
    .output(z.array(Check)),
  settings: oc.output(Settings),
  /** Every Docker that is found on this computer, `Automatic` first, then the chosen one. Asks each whether it answers. */
  dockers: oc.output(z.array(DockerFound)),
  saveSettings: oc.input(Settings.partial()).output(Settings),
  /** Whether the system starts the host at login, as it says itself. UNSUPPORTED where it cannot. */
  startsAtLogin: oc.output(z.object({ on: z.boolean() })),
  /** UNAVAILABLE where the system does not do it. */
  startAtLogin: oc.input(z.object({ on: z.boolean() })).output(z.object({ on: z.boolean() })),
  /** What was kept under the name, as JSON text; null where nothing was. */
  kept: oc.input(z.object({ name: KeptName })).output(z.object({ text: z.string() }).nullable()),
  /** Keeps JSON text over restarts, whichever host of this user runs next. INVALID when it is no JSON. */
  keep: oc.input(z.object({ name: KeptName, text: z.string().max(MAX_KEPT_CHARS) })).output(z.void()),
  /** Gathers a support archive, everything secret that is known taken out, and tells what is in it. Held for ten minutes. */
  prepareSupport: oc.output(SupportPreview),
  /** The zip of what was prepared. NOT_FOUND when it is held no longer. */
  supportArchive: oc.input(z.object({ id: z.uuid() })).output(z.instanceof(Blob)),
  /** Takes what is secret out of a report to copy. UNAVAILABLE while the secrets, and so what to take out, cannot be read. */
  redact: oc.input(z.object({ text: z.string().max(256 * 1024) })).output(z.object({ text: z.string() })),
  /** Shows a ready instance in a window that reaches nothing else. UNSUPPORTED where the host has no windows. */
  showApp: oc.input(z.object({ id: z.uuid() })).output(z.void()),
  /** The folder the user chose in a dialog of the host; null when they cancelled. UNSUPPORTED where it has none. */
  pickFolder: oc.output(z.object({ path: z.string() }).nullable())
}
