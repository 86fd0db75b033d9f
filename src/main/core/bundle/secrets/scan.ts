/** Finds secrets in a project's files before any file leaves this computer. */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { extname, join } from 'node:path'
import ignore from 'ignore'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { readPlain } from '../../files/files.ts'
import { createWorkerPool } from '../../workers/pool.ts'
import { MAX_TEXT_BYTES, mayHoldSecret, readText } from '../../workers/scan-text.js'
import type { ScanTask, SecretPlace } from '../../workers/scan-worker.js'
import { Q8SIGNORE } from '../files/exclude-rules.ts'
import { isPacked } from '../files/packed-files.ts'
import { MAX_IGNORE_BYTES } from '../files/walk.ts'
import type { WalkedFile } from '../files/walked-file.ts'
import { createPace } from '../pace.ts'
import { readClean, recordClean } from './scan-record.ts'
import { secretFile } from './secret-files.ts'

/** Limits of files whose text is scanned, and of their bytes together; a finding reports the rest as not scanned. */
const MAX_FILES = 50_000
const MAX_BYTES = 512 * 1024 * 1024
const BATCH_FILES = 64
const BATCH_BYTES = 1024 * 1024
const THREADS = 2
/** Milliseconds a thread has to stop: the rules may take long for one file. */
const FORCE_AFTER = 500
const UNRECORDED_FILES = 16

/** Formats that hold no text written by people. */
const BINARY = new Set(['.so', '.pyd', '.dll', '.exe', '.dylib', '.a', '.o', '.lib', '.npy', '.npz', '.pkl'])

const ALLOW_LINE = /^#\s*q8s:allow-secret\s+(\S.*?)\s*$/
const how = () =>
  t`Leave it out with a line in ${Q8SIGNORE}; or allow it with a comment "q8s:allow-secret" on its line,
    or a line "# q8s:allow-secret FILE" in ${Q8SIGNORE}.`

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined
  /** Where clean files are recorded, so that next time only changed files are scanned. */
  readonly cacheFolder?: string | undefined
  /** Time at which the files were listed, in milliseconds since the epoch; now by default. */
  readonly listedAt?: number | undefined
}

/**
 * Errors for text that looks like a secret, with its place but never the secret. A line with the comment
 * `q8s:allow-secret` is allowed, and so are files named (as in .gitignore) by lines `# q8s:allow-secret FILE` in the
 * root's .q8signore.
 */
export async function scanSecrets(
  folder: string,
  files: readonly WalkedFile[],
  options: ScanOptions = {}
): Promise<Finding[]> {
  const { signal, cacheFolder, listedAt = Date.now() } = options
  const allowed = await allowedFiles(folder)
  const asked = files.filter(file => file.included && file.kind === 'file' && !allowed(file.path))
  const byName = asked.flatMap(({ path }) => {
    const what = secretFile(path)
    return what === undefined ? [] : [namedFinding(path, what)]
  })
  const named = new Set(byName.map(finding => finding.file))
  const texts = asked.filter(file => !named.has(file.path) && !isBinary(file.path) && file.size > 0)
  const record = cacheFolder === undefined ? undefined : await readClean(cacheFolder, folder, rulesVersion())
  const isClean = record ?? (() => false)
  const { seen, unseen } = bounded(texts.filter(file => !isClean(file)))
  const places = await scanTexts(folder, seen, signal)
  if (cacheFolder !== undefined && seen.length > 0 && !(record && isLittle(seen))) {
    const faulty = new Set(places.map(({ path }) => path))
    const looked = new Set(seen)
    const clean = texts.filter(file => !faulty.has(file.path) && (looked.has(file) || isClean(file)))
    await recordClean(cacheFolder, folder, rulesVersion(), clean, listedAt)
  }
  return [...byName, ...places.map(placeFinding), ...(unseen > 0 ? [unseenFinding(unseen)] : [])]
}

/** Scanning so little again is faster than writing a record. */
function isLittle(files: readonly WalkedFile[]): boolean {
  return files.length <= UNRECORDED_FILES && files.reduce((sum, file) => sum + file.size, 0) <= BATCH_BYTES
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the text is meant for requirements.txt.
const EXAMPLE = 'https://${NAME}:${PASSWORD}@host'

/** Increase this when one of our own rules changes. */
const OWN_RULES = 2

/** A record made by other rules is not used. */
function rulesVersion(): string {
  const require = createRequire(import.meta.url)
  const { version } = require('@secretlint/secretlint-rule-preset-recommend/package.json') as {
    version: string
  }
  return `${version} ${OWN_RULES}`
}

async function allowedFiles(folder: string): Promise<(path: string) => boolean> {
  // A file that cannot be read allows nothing; the list of files reports that.
  const bytes = await readPlain(join(folder, Q8SIGNORE), MAX_IGNORE_BYTES).catch(() => undefined)
  const text = bytes?.toString('utf8') ?? ''
  const patterns = text.split(/\r?\n/).flatMap(line => ALLOW_LINE.exec(line)?.[1] ?? [])
  if (patterns.length === 0) return () => false
  const matcher = ignore({ ignorecase: false }).add(patterns)
  return path => matcher.ignores(path)
}

function isBinary(path: string): boolean {
  return isPacked(path) || BINARY.has(extname(path).toLowerCase())
}

function bounded(files: readonly WalkedFile[]) {
  let bytes = 0
  const count = files.findIndex((file, index) => {
    bytes += file.size
    return index >= MAX_FILES || bytes > MAX_BYTES
  })
  const seen = count === -1 ? files : files.slice(0, count)
  return { seen, unseen: files.length - seen.length }
}

async function scanTexts(
  folder: string,
  files: readonly WalkedFile[],
  signal: AbortSignal | undefined
): Promise<SecretPlace[]> {
  const batches = [...cutBatches(await suspects(folder, files, signal))]
  if (batches.length === 0) return []
  const threads = Math.min(THREADS, availableParallelism(), Math.ceil(batches.length / 4))
  const pool = createWorkerPool<ScanTask, SecretPlace[]>({
    name: 'scan-worker',
    role: 'scan',
    size: threads,
    forceAfter: FORCE_AFTER
  })
  const stop = () => void pool.close()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    signal?.throwIfAborted()
    const tasks = batches.map(batch => ({
      files: batch.map(({ path }) => ({ path, file: join(folder, ...path.split('/')) }))
    }))
    return (await Promise.all(tasks.map(task => pool.run(task)))).flat()
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    await pool.close()
  }
}

/** A small amount is read on this thread: usually no worker thread is needed then. */
async function suspects(
  folder: string,
  files: readonly WalkedFile[],
  signal: AbortSignal | undefined
): Promise<readonly WalkedFile[]> {
  const bytes = files.reduce((sum, file) => sum + Math.min(file.size, MAX_TEXT_BYTES), 0)
  if (files.length > BATCH_FILES || bytes > BATCH_BYTES) return files
  const pace = createPace(signal)
  const found: WalkedFile[] = []
  for (const file of files) {
    await pace()
    const text = readText(join(folder, ...file.path.split('/')))
    if (text && mayHoldSecret(text)) found.push(file)
  }
  return found
}

function* cutBatches(files: readonly WalkedFile[]): Generator<WalkedFile[]> {
  let batch: WalkedFile[] = []
  let bytes = 0
  for (const file of files) {
    batch.push(file)
    bytes += file.size
    if (batch.length < BATCH_FILES && bytes < BATCH_BYTES) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

function namedFinding(path: string, what: string): Finding {
  const message = t`${path} is ${what} and would go into the bundle. ${how()}`
  return { rule: 'secret-file', severity: 'error', message, file: path }
}

function placeFinding({ path, what, from, to, line, column }: SecretPlace): Finding {
  const message =
    what === 'address-password'
      ? t`${path} holds a password or token in an address. Write a variable for it, as in ${EXAMPLE},
          and set it where packages are installed, or keep it in a .netrc there. ${how()}`
      : t`${path} holds what looks like a secret (${what}). ${how()}`
  return { rule: 'secret', severity: 'error', message, file: path, range: { from, to }, line, column }
}

function unseenFinding(count: number): Finding {
  const message = t`${count} files were not scanned for secrets: the project is too large for that.`
  return { rule: 'secrets-unseen', severity: 'info', message }
}
