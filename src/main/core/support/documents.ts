/** The documents of a support archive: facts about this computer and recent runs, all passed through the redactor. */
import { arch, cpus, freemem, release, totalmem, type } from 'node:os'
import type { Instance } from '#shared/instance.ts'
import type { Job, PastJob } from '#shared/job.ts'
import { t } from '#shared/language.ts'
import type { LogLine } from '#shared/log.ts'
import type { Platform } from '#shared/platform.ts'
import type { Check, Settings } from '#shared/system.ts'
import { neutralise } from '#shared/text.ts'
import type { HomeFolders } from '../host/folders.ts'
import type { SecretValues } from '../ports.ts'
import { createRedact, environmentSecrets, type Redact } from './redact.ts'

/** Limits of instances (the newest), of last lines from each log, and of characters in a document. */
const MAX_INSTANCES = 20
const LOG_LINES = 500
const LOG_PAGES = 4
const LOG_PAGE_BYTES = 4 * 1024 * 1024
export const MAX_DOCUMENT_CHARS = 512 * 1024

export interface SupportDocument {
  /** Path inside the archive, forward slashes. */
  readonly name: string
  /** A short description of the document. */
  readonly about: string
  readonly text: string
}

export interface SupportSources {
  readonly version: string
  readonly host: string
  readonly folders: HomeFolders
  readonly env: Readonly<Record<string, string | undefined>>
  readonly settings: () => Promise<Settings>
  readonly checks: (signal?: AbortSignal) => Promise<Check[]>
  /** Jobs running in this host, and ended jobs of all hosts. */
  readonly jobs: () => Promise<readonly (Job | PastJob)[]>
  /** The end of the hosts' own log. */
  readonly hostLog: () => Promise<string>
  readonly platform: () => Promise<Platform>
  readonly secretValues: () => Promise<SecretValues>
}

type Draft = readonly [name: string, about: string, write: (signal?: AbortSignal) => Promise<unknown>]

/** Redacts everything that goes into the archive, including names. It is the only place that does this. */
export async function supportDocuments(
  sources: SupportSources,
  signal?: AbortSignal
): Promise<readonly SupportDocument[]> {
  const known = await knownValues(sources)
  const redact = createRedact(known.values)
  const drafts = [...factsOf(sources), ...(known.problem ? [] : await runsOf(sources, signal))]
  const documents: SupportDocument[] = []
  for (const [name, about, write] of drafts) {
    signal?.throwIfAborted()
    const content = await write(signal).catch(error => ({ couldNotBeRead: String(error) }))
    documents.push({ name: redact(name), about: redact(about), text: finished(content, redact) })
  }
  const readme = readmeOf(documents, known.problem?.message)
  return [{ name: 'README.txt', about: t`What this is`, text: finished(readme, redact) }, ...documents]
}

/**
 * All secret values known on this computer. If the stored ones cannot be read, `problem` has the reason; nothing is
 * thrown.
 */
export async function knownValues(
  sources: Pick<SupportSources, 'secretValues' | 'env'>
): Promise<SecretValues> {
  const stored = await sources.secretValues().catch(error => ({
    values: [],
    problem: { message: error instanceof Error ? error.message : String(error) }
  }))
  return { ...stored, values: [...stored.values, ...environmentSecrets(sources.env)] }
}

/** Redacts before it cuts: half of a secret would not be recognised. */
function finished(content: unknown, redact: Redact): string {
  const text = redact(typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  if (text.length <= MAX_DOCUMENT_CHARS) return text
  return `[the beginning was cut]\n${text.slice(text.length - MAX_DOCUMENT_CHARS)}`
}

function factsOf(sources: SupportSources): readonly Draft[] {
  const { version, host, folders, env } = sources
  return [
    [
      'versions.json',
      t`Versions`,
      async () => ({
        q8s: version,
        host,
        versions: process.versions,
        system: { type: type(), release: release(), arch: arch(), cpus: cpus().length },
        memory: { total: totalmem(), free: freemem() },
        time: new Date().toISOString(),
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone
      })
    ],
    [
      'settings.json',
      t`Settings and folders`,
      async () => ({ settings: await sources.settings(), folders, environment: Object.keys(env).sort() })
    ],
    ['checks.json', t`Diagnosis`, signal => sources.checks(signal)]
  ]
}

/** Apps' output and input, and errors that may contain them, are included only if all secret values are known. */
async function runsOf(sources: SupportSources, signal?: AbortSignal): Promise<readonly Draft[]> {
  const options = signal ? { signal } : {}
  const platform = await sources.platform().catch(() => undefined)
  const all = platform ? await platform.instances.list({}, options).catch(() => []) : []
  const instances = all.slice(0, MAX_INSTANCES)
  const logs = instances.map(
    (instance): Draft => [
      `instances/${instance.id}.log`,
      t`Log of ${instance.app.name} ${instance.app.version}`,
      async () => (platform ? lastLines(platform, instance, options) : '')
    ]
  )
  return [
    ['q8s.log', t`Log of q8s itself`, sources.hostLog],
    ['jobs.json', t`Jobs`, sources.jobs],
    ['apps.json', t`Apps`, async () => platform?.apps.list({ ephemeral: true }, options) ?? []],
    ['instances.json', t`States of instances`, async () => instances],
    ...logs
  ]
}

async function lastLines(platform: Platform, { id }: Instance, options: { signal?: AbortSignal }) {
  const lines: LogLine[] = []
  let query: { tail: number } | { cursor: string } = { tail: LOG_LINES }
  let isWhole = true
  for (let page = 0; page < LOG_PAGES; page++) {
    const found = await platform.instances.readLog({ id, ...query, maxBytes: LOG_PAGE_BYTES }, options)
    if (page === 0) isWhole = found.first === 0
    lines.push(...found.lines)
    if (found.lines.length === 0 || found.end) break
    query = { cursor: found.next }
  }
  return logText(lines, isWhole)
}

/**
 * Joins the pieces of a line, and leaves out a line whose beginning is missing: a secret in it could not be recognised.
 */
export function logText(lines: readonly LogLine[], isWhole: boolean): string {
  const whole: LogLine[] = []
  const open = new Map<LogLine['stream'], LogLine>()
  for (const line of lines) {
    const begun = open.get(line.stream)
    const joined = begun ? { ...begun, text: begun.text + line.text } : line
    if (line.partial) open.set(line.stream, joined)
    else {
      open.delete(line.stream)
      whole.push(joined)
    }
  }
  whole.push(...open.values())
  const kept = isWhole ? whole : whole.slice(1)
  return kept.map(({ time, stream, text }) => `${time} ${stream} ${withoutSequences(text)}\n`).join('')
}

function withoutSequences(text: string): string {
  return neutralise(text).replace(/\x1b\[[0-9;:]*m/g, '')
}

function readmeOf(documents: readonly SupportDocument[], problem: string | undefined): string {
  return [
    'A support archive of q8s.',
    '',
    'Values of secrets, of variables kept for projects, and passwords and tokens known to this computer are replaced by [redacted].',
    'Paths, names of apps and what apps wrote otherwise are as they were: read it before you send it.',
    '',
    ...(problem
      ? [`Logs, jobs and instances are left out, since not all secret values could be read: ${problem}`, '']
      : []),
    ...documents.map(({ name, about }) => `${name}: ${about}`),
    ''
  ].join('\n')
}
