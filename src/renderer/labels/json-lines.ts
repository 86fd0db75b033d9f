/** JSON lines in readable form: on one line with the message first, or indented over several lines. */

const MESSAGE_KEYS = ['message', 'msg', 'event', 'text']
const LEVEL_KEYS = ['level', 'levelname', 'severity', 'lvl']
const TIME_KEYS = ['time', 'ts', 'timestamp', '@timestamp', 'asctime']
const LONGEST = 200_000

/** The JSON object in a line, also after a prefix such as a time; undefined for any other text. */
export function jsonOf(text: string): { readonly prefix: string; readonly value: object } | undefined {
  const start = text.indexOf('{')
  if (start < 0 || start > 80 || text.length > LONGEST || !text.trimEnd().endsWith('}')) return undefined
  try {
    const value: unknown = JSON.parse(text.slice(start))
    return typeof value === 'object' && value !== null ? { prefix: text.slice(0, start), value } : undefined
  } catch {
    return undefined
  }
}

/** `ERROR  what happened  key=value …`; leaves out the time, which has its own column. */
export function tidyJson(text: string): { readonly text: string; readonly quietFrom: number } | undefined {
  const json = jsonOf(text)
  if (!json) return undefined
  const entries = Object.entries(json.value)
  const take = (keys: readonly string[]) =>
    entries.find(([key, value]) => keys.includes(key) && typeof value === 'string')
  const message = take(MESSAGE_KEYS)
  const level = take(LEVEL_KEYS)
  const time = take(TIME_KEYS)
  const rest = entries.filter(entry => entry !== message && entry !== level && entry !== time)
  const head = [level && String(level[1]).toUpperCase(), message?.[1]].filter(Boolean).join(' ')
  const start = oneLine(`${json.prefix}${head}`)
  const facts = rest.map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`
  )
  return { text: oneLine([start, ...facts].filter(Boolean).join('  ')), quietFrom: start.length }
}

/** The lines of the object, indented; undefined for a line that is not JSON. */
export function prettyJson(text: string): readonly string[] | undefined {
  const json = jsonOf(text)
  return json && JSON.stringify(json.value, undefined, 2).split('\n')
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ↵ ')
}
