/** Reads desktop entries by the rules of their specification: what the Exec line starts. */
import { join } from 'node:path'

/** The path of our desktop entry, below the config folder. */
export const entryFile = (config: string) => join(config, 'autostart', 'ai.h2o.q8s.desktop.desktop')

const ESCAPES: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' }

/** The words of the Exec line; throws if a word is not quoted as ours are. */
export function execWords(entry: string): string[] {
  const line = /^Exec=(.*)$/m.exec(entry)?.[1]
  if (line === undefined) throw new Error('no Exec line')
  const text = line.replace(/\\(.)/g, (_, letter: string) => {
    const meant = ESCAPES[letter]
    if (meant === undefined) throw new Error(`\\${letter} means nothing`)
    return meant
  })
  const words: string[] = []
  const rest = text.replace(/"((?:\\[\s\S]|[^"\\])*)" ?/g, (_, word: string) => {
    words.push(word.replace(/\\(["`$\\])/g, '$1').replaceAll('%%', '%'))
    return ''
  })
  if (rest !== '') throw new Error(`${rest} is not quoted`)
  return words
}
