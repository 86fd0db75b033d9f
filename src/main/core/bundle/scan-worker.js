/**
 * Looks for secrets in the text of files, on a worker thread: the rules take milliseconds a file, which a host cannot
 * spare. Plain JavaScript, for a worker of Node 20 loads nothing else from source. What it tells never holds a secret.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * @typedef {object} ScanTask
 * @property {readonly { path: string, file: string }[]} files Path in the project, and absolute path.
 *
 * @typedef {object} SecretPlace
 * @property {string} path
 * @property {string} what Name of the rule, e.g. `github`.
 * @property {number} from Offsets into the text, in UTF-16 code units.
 * @property {number} to
 * @property {number} line One-based.
 * @property {number} column
 */

/** Bytes looked at of each file. */
const MAX_BYTES = 1024 * 1024
/** A NUL this near the beginning makes a file binary. */
const BINARY_BYTES = 8 * 1024
/** On the line of a secret, it says that it may go into a bundle. */
const ALLOWED = 'q8s:allow-secret'

const buffer = Buffer.alloc(MAX_BYTES)

/** @returns {Promise<(text: string, path: string) => Promise<{ rule: string, range: readonly number[] }[]>>} */
async function loadRules() {
  // secretlint marks every step on this thread's timeline and searches all earlier marks at each: with thousands of
  // files that takes minutes. Nobody else uses the timeline of this thread.
  Object.defineProperty(performance, 'mark', { value: () => undefined })
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend')
  ])
  const id = '@secretlint/secretlint-rule-preset-recommend'
  const config = { rules: [{ id, rule: creator, options: {} }] }
  return async (content, filePath) => {
    const source = { content, filePath, ext: '', contentType: /** @type {const} */ ('text') }
    const { messages } = await lintSource({ source, options: { config, maskSecrets: true } })
    return messages.map(({ ruleId, range }) => ({ rule: ruleId, range }))
  }
}

/**
 * @param {string} file
 * @returns {string | undefined} Its beginning as text; undefined for what is not text or cannot be read any more.
 */
function readText(file) {
  let descriptor = -1
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const length = readSync(descriptor, buffer, 0, MAX_BYTES, 0)
    const bytes = buffer.subarray(0, length)
    return bytes.subarray(0, BINARY_BYTES).includes(0) ? undefined : bytes.toString('utf8')
  } catch {
    // Bundling it will fail, and say why.
    return undefined
  } finally {
    if (descriptor !== -1) closeSync(descriptor)
  }
}

/**
 * @param {ScanTask} task
 * @returns {Promise<SecretPlace[]>}
 */
async function scan({ files }) {
  rules ??= loadRules()
  const find = await rules
  /** @type {SecretPlace[]} */
  const places = []
  for (const { path, file } of files) {
    const text = readText(file)
    if (!text) continue
    for (const { rule, range } of await find(text, file)) {
      const [from = 0, to = from] = range
      const start = text.lastIndexOf('\n', from - 1) + 1
      const end = text.indexOf('\n', from)
      if (text.slice(start, end === -1 ? text.length : end).includes(ALLOWED)) continue
      const line = text.slice(0, from).split('\n').length
      const what = rule.replace(/^.*secretlint-rule-/, '')
      places.push({ path, what, from, to, line, column: from - start + 1 })
    }
  }
  return places
}

/** @type {ReturnType<typeof loadRules> | undefined} */
let rules

if (parentPort && workerData?.role === 'scan') {
  const port = parentPort
  port.on('message', async message => {
    port.postMessage({ id: message.id, result: await scan(message.task) })
  })
}
