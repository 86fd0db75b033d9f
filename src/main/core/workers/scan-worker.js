/**
 * Scans the text of files for secrets, on a worker thread: the rules take milliseconds per file, too long for a host.
 * The rules are loaded for the first file that may hold a secret. Plain JavaScript, because a Node 20 worker cannot
 * load TypeScript source. Its results never contain a secret.
 */
import { performance } from 'node:perf_hooks'
import { addressPasswords, mayHoldSecret, privateKeys, readText } from './scan-text.js'
import { serveTasks, throwIfStopped } from './serve.js'

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

/** On the line of a secret, this comment allows it in a bundle. */
const ALLOWED = 'q8s:allow-secret'

/** Names of our own rules. */
const ADDRESS_RULE = 'address-password'
const KEY_RULE = 'privatekey'

/** @returns {Promise<(text: string, path: string) => Promise<{ rule: string, range: readonly number[] }[]>>} */
async function loadRules() {
  // secretlint marks every step on this thread's timeline, and each time searches all earlier marks: with thousands of
  // files that takes minutes. No other code uses this thread's timeline.
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
 * @param {ScanTask} task
 * @returns {Promise<SecretPlace[]>}
 */
async function scan({ files }) {
  /** @type {SecretPlace[]} */
  const places = []
  for (const { path, file } of files) {
    throwIfStopped()
    const bytes = readText(file)
    if (!bytes || !mayHoldSecret(bytes)) continue
    const text = bytes.toString('utf8')
    rules ??= loadRules()
    const find = await rules
    const passwords = addressPasswords(text, path)
    const keys = privateKeys(text)
    const others = (await find(text, file)).filter(({ range: [from = 0, to = from] }) =>
      [...passwords, ...keys].every(([start, end]) => to <= start || from >= end)
    )
    const own = [
      ...passwords.map(range => ({ rule: ADDRESS_RULE, range })),
      ...keys.map(range => ({ rule: KEY_RULE, range }))
    ]
    for (const { rule, range } of [...own, ...others]) {
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

serveTasks('scan', scan)
